import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { FluxError } from '../../engine/domain/flux-error.ts';
import type { SaleId } from '../../engine/domain/ids.ts';
import type { LuaScript } from './lua-script.ts';
import type { RedisAddress } from './redis-address.ts';
import { nameOf, openClient } from './redis-client.ts';
import { isScriptUnknown, redisFault } from './redis-fault.ts';
import { unsafeSetting } from './redis-safety.ts';
import { saleKey, saleKeyNames } from './sale-keys.ts';

/** One argument of a script. Numbers are written in full. */
export type ScriptArg = string | number | Buffer;

/** What every script answers: a list that begins with its kind. */
export interface ScriptReply {
  readonly kind: string;
  /** What follows the kind. */
  readonly rest: readonly Buffer[];
}

/** A connection to the Redis of the gate: gate and waiting room of a server share one. */
export interface RedisConnection {
  /**
   * Runs a script on the keys of a sale in one EVALSHA; where Redis does not know the script, once more with its text.
   * @throws FluxError `gate_unreachable`: what became of it is unknown; `config_invalid`: this Redis is no gate (unsafeSetting),
   * nothing was sent; `fault`: a defect of the script
   */
  run<ArgName extends string>(
    script: LuaScript<ArgName>,
    saleId: SaleId,
    args: Readonly<Record<ArgName, ScriptArg>>,
  ): Promise<ScriptReply>;
  /**
   * Until every primary answers and has passed unsafeSetting.
   * @throws FluxError `gate_unreachable` where that does not happen within `deadlineMs`, `config_invalid`
   */
  ready(deadlineMs: number): Promise<void>;
  /** Removes a sale altogether, its fence too. @throws FluxError `gate_unreachable` */
  forget(saleId: SaleId): Promise<void>;
  /** Processor time that Redis has spent since it started, its children's not. @throws FluxError `gate_unreachable` */
  cpuSeconds(): Promise<number>;
  close(): void;
}

/** A call that takes longer has no use: the append deadline (1,500 ms, from before the hold) leaves the log nothing then. */
const defaultCommandTimeoutMs = 1_000;
/** What ioredis says of a connection that is gone and of a Cluster none of whose nodes could be asked, whatever the cause. */
const saysNothing = /^(Connection is closed|Failed to refresh slots cache)/;
/** Only while somebody waits for the start. */
const readyPollMs = 10;

/** Connects in the background and for ever again; see openClient for what that does to calls. */
export function openRedis(
  address: RedisAddress,
  { commandTimeoutMs = defaultCommandTimeoutMs }: { readonly commandTimeoutMs?: number } = {},
): RedisConnection {
  const named = nameOf(address);
  /** Null: looked at and safe. Every new connection is looked at, because another Redis may stand behind it. */
  const verdicts = new Map<Redis, FluxError | null>();
  let lastError: unknown;

  /** That there is no connection does not hide what was said before about why. */
  function heard(error: unknown): void {
    if (lastError === undefined || !(error instanceof Error && saysNothing.test(error.message))) lastError = error;
  }

  async function look(node: Redis, nodeName: string): Promise<void> {
    try {
      verdicts.set(node, unsafeSetting(await node.info(), address.topology, nodeName));
    } catch (error) {
      // Its connection was lost again, or it may not say: the scripts will meet the same.
      heard(error);
    }
  }

  const client = openClient(address, commandTimeoutMs, {
    onNode(node, nodeName) {
      node.on('ready', () => void look(node, nodeName));
      node.on('close', () => verdicts.delete(node));
    },
    onFault: heard,
  });

  const firstRefusal = (): FluxError | undefined => {
    for (const verdict of verdicts.values()) if (verdict !== null) return verdict;
    return undefined;
  };

  /** Somebody may have mended the setting meanwhile: asks again, at most one question at a time for all callers. */
  let asking: Promise<void> | null = null;
  async function refuseWhileUnsafe(): Promise<void> {
    asking ??= Promise.all([...verdicts.keys()].map((node) => look(node, named))).then(() => {
      asking = null;
    });
    await asking;
    const refusal = firstRefusal();
    if (refusal !== undefined) throw refusal;
  }

  const send: typeof client.send = async (command, ...words) => {
    if (firstRefusal() !== undefined) await refuseWhileUnsafe();
    return client.send(command, ...words);
  };

  return {
    async run(script, saleId, args) {
      const given: ScriptArg[] = script.keys.map((name) => saleKey(saleId, name));
      for (const name of script.args) given.push(args[name]);
      try {
        return replyOf(await send('EVALSHA', script.sha, script.keys.length, ...given));
      } catch (error) {
        if (!isScriptUnknown(error)) throw redisFault(error, named);
      }
      try {
        // EVAL runs the text and remembers it, on the very node that has the keys.
        return replyOf(await send('EVAL', script.text, script.keys.length, ...given));
      } catch (error) {
        throw redisFault(error, named);
      }
    },

    async ready(deadlineMs) {
      const end = performance.now() + deadlineMs;
      for (;;) {
        const refusal = firstRefusal();
        if (refusal !== undefined) throw refusal;
        const primaries = client.primaries();
        if (primaries.length > 0 && primaries.every((node) => verdicts.get(node) === null)) return;
        if (performance.now() > end)
          throw redisFault(lastError ?? new Error(`no connection within ${deadlineMs} ms`), named);
        await sleep(readyPollMs);
      }
    },

    async forget(saleId) {
      try {
        await send('UNLINK', ...saleKeyNames.map((name) => saleKey(saleId, name)));
      } catch (error) {
        throw redisFault(error, named);
      }
    },

    async cpuSeconds() {
      try {
        const texts = await Promise.all(client.primaries().map((node) => node.info('cpu')));
        return texts.reduce((sum, text) => sum + cpuOf(text), 0);
      } catch (error) {
        throw redisFault(error, named);
      }
    },

    close() {
      client.close();
    },
  };
}

function cpuOf(info: string): number {
  const of = (name: string): number => Number(new RegExp(`^${name}:([0-9.]+)`, 'm').exec(info)?.[1] ?? 0);
  return of('used_cpu_user') + of('used_cpu_sys');
}

function replyOf(reply: unknown): ScriptReply {
  // Every script answers a list of strings (see OUT of each header): the contract suite runs them all.
  const [kind, ...rest] = reply as readonly [Buffer, ...Buffer[]];
  return { kind: kind.toString('latin1'), rest };
}
