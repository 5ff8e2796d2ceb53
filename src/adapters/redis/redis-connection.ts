import { Redis } from 'ioredis';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { SaleId } from '../../engine/domain/ids.ts';
import type { LuaScript } from './lua-script.ts';
import type { RedisAddress } from './redis-address.ts';
import { isScriptUnknown, redisFault } from './redis-fault.ts';
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
   * @throws FluxError `gate_unreachable`: what became of it is unknown; `fault`: a defect of the script
   */
  run<ArgName extends string>(
    script: LuaScript<ArgName>,
    saleId: SaleId,
    args: Readonly<Record<ArgName, ScriptArg>>,
  ): Promise<ScriptReply>;
  /** @throws FluxError `gate_unreachable` where nobody answers within `deadlineMs` */
  ready(deadlineMs: number): Promise<void>;
  /** Removes a sale altogether, its fence too. @throws FluxError `gate_unreachable` */
  forget(saleId: SaleId): Promise<void>;
  /** Processor time that Redis has spent since it started, its children's not. @throws FluxError `gate_unreachable` */
  cpuSeconds(): Promise<number>;
  close(): void;
}

/** A call that takes longer has no use: the append deadline (1,500 ms, from before the hold) leaves the log nothing then. */
const defaultCommandTimeoutMs = 1_000;
const connectTimeoutMs = 2_000;
/** Between two attempts to connect: a promoted Redis is found within this, and a dead one is not besieged. */
const longestRetryMs = 500;

/**
 * Connects in the background and for ever again. While there is no connection a call fails at once: ioredis neither queues
 * nor repeats, because a hold that runs after its caller has given up takes units for nobody.
 */
export function openRedis(
  address: RedisAddress,
  { commandTimeoutMs = defaultCommandTimeoutMs }: { readonly commandTimeoutMs?: number } = {},
): RedisConnection {
  const [node] = address.nodes;
  if (address.topology !== 'single' || node === undefined)
    throw new FluxError('config_invalid', `Redis: topology ${address.topology} has no adapter yet`);
  const client = new Redis({
    host: node.host,
    port: node.port,
    protocol: 2,
    commandTimeout: commandTimeoutMs,
    connectTimeout: connectTimeoutMs,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => Math.min(50 * times, longestRetryMs),
    // 1: connect anew and do not send again. A primary that became a replica is not the gate any more.
    reconnectOnError: (error) => (error.message.includes('READONLY') ? 1 : false),
  });
  const named = `${node.host}:${node.port}`;
  let lastError: unknown;
  // Without a listener ioredis writes to the console. Calls say what is wrong; `ready` says why there is no connection.
  client.on('error', (error: unknown) => {
    lastError = error;
  });

  return {
    async run(script, saleId, args) {
      const given: ScriptArg[] = script.keys.map((name) => saleKey(saleId, name));
      for (const name of script.args) given.push(args[name]);
      try {
        return replyOf(await client.callBuffer('EVALSHA', script.sha, script.keys.length, ...given));
      } catch (error) {
        if (!isScriptUnknown(error)) throw redisFault(error, named);
      }
      try {
        // EVAL runs the text and remembers it, on the very node that has the keys.
        return replyOf(await client.callBuffer('EVAL', script.text, script.keys.length, ...given));
      } catch (error) {
        throw redisFault(error, named);
      }
    },

    async ready(deadlineMs) {
      if (client.status === 'ready') return;
      await new Promise<void>((resolve, reject) => {
        const done = (): void => {
          clearTimeout(late);
          resolve();
        };
        const late = setTimeout(() => {
          client.off('ready', done);
          reject(redisFault(lastError ?? new Error(`no connection within ${deadlineMs} ms`), named));
        }, deadlineMs);
        client.once('ready', done);
      });
    },

    async forget(saleId) {
      try {
        await client.unlink(...saleKeyNames.map((name) => saleKey(saleId, name)));
      } catch (error) {
        throw redisFault(error, named);
      }
    },

    async cpuSeconds() {
      try {
        const text = await client.info('cpu');
        const of = (name: string): number => Number(new RegExp(`^${name}:([0-9.]+)`, 'm').exec(text)?.[1] ?? 0);
        return of('used_cpu_user') + of('used_cpu_sys');
      } catch (error) {
        throw redisFault(error, named);
      }
    },

    close() {
      client.disconnect();
    },
  };
}

function replyOf(reply: unknown): ScriptReply {
  // Every script answers a list of strings (see OUT of each header): the contract suite runs them all.
  const [kind, ...rest] = reply as readonly [Buffer, ...Buffer[]];
  return { kind: kind.toString('latin1'), rest };
}
