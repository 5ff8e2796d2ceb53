import { createEngine, type EngineParts, type EngineSettings } from '../../../engine/create-engine.ts';
import type { ServerId } from '../../../engine/domain/ids.ts';
import type { Engine } from '../../../engine/engine.ts';
import { type CancelSwitch, createCancelSwitch } from '../../../engine/flows/cancel-switch.ts';
import type { Counted } from '../../../engine/ports/telemetry.ts';
import type { ProcessPlan } from '../plan/plan.ts';
import { type Actor, createActor } from './actor.ts';
import { gateUnreachable, type Link, ledgerUnreachable } from './network.ts';
import { createProcessClock, type ProcessClock } from './process-clock.ts';
import type { Services } from './services.ts';
import type { Chance } from './world-parts.ts';

/** Calls of a gate give up after a second, as in src/adapters/redis; those of a ledger after five instead of thirty. */
const gateTimeoutMs = 1_000;
const ledgerTimeoutMs = 5_000;
/** A renewal is given up well within the lease (leaseQueryMs in src/adapters/postgres), which is a quarter as long here. */
const renewalTimeoutMs = 500;
/** Calls that move units, at the gate or in the ledger. */
const changes = {
  gate: new Set(['hold', 'release', 'setTotal', 'open']),
  ledger: new Set(['record', 'revoke', 'transition', 'expireOverdue', 'setTotal', 'finishStockChange']),
} as const satisfies Partial<Record<Link, ReadonlySet<string>>>;

/** One process of a world: the real engine over the ports of this world. */
export interface SimulatedProcess {
  readonly plan: ProcessPlan;
  readonly actor: Actor;
  readonly clock: ProcessClock;
  readonly chance: Chance;
  /** Of its present life. */
  readonly engine: Engine;
  readonly serves: boolean;
  /** When its last renewal at the ledger came home, in milliseconds of the world. */
  readonly renewedMs: number;
  /** When the question of that renewal left: of everything that the ledger had by then this server knows. */
  readonly knowsUntilMs: number;
  /** Begins another life, where it has none. */
  start(): void;
  /** SIGTERM: every role comes to its end in order. The process is there until it is killed. */
  stop(): void;
  /** kill -9: nothing that it began goes on. */
  kill(): void;
}

/** Makes a defect of the parts that a process runs on, or of its settings; the identity in a sound world. */
export type Plant = (
  parts: EngineParts,
  at: { readonly services: Services; readonly process: SimulatedProcess },
) => EngineParts & { readonly settings?: Partial<EngineSettings> };

export function createSimulatedProcess(use: {
  readonly plan: ProcessPlan;
  readonly services: Services;
  readonly settings: Omit<EngineSettings, 'holder'>;
  readonly chance: Chance;
  readonly count: (what: Counted, n: number) => void;
  readonly plant: Plant | null;
}): SimulatedProcess {
  const { plan, services, chance } = use;
  const { scheduler, network, trace } = services;
  const actor = createActor(plan.name, scheduler);
  const clock = createProcessClock(scheduler, actor, plan);
  const counts: Record<string, number> = {};
  let engine: Engine | null = null;
  let stop: CancelSwitch | null = null;
  let renewedMs = Number.NEGATIVE_INFINITY;
  let knowsUntilMs = Number.NEGATIVE_INFINITY;

  /** Each method of a port as a call over the network; what streams is of one moment, and a call for each piece of it. */
  function remote<Port extends object>(
    present: () => { readonly actor: Actor; readonly port: Port },
    way: {
      readonly link: 'gate' | 'ledger';
      readonly timeoutMs: number;
      readonly unreachable: (why: string) => unknown;
    },
  ): Port {
    const port: Record<string, unknown> = {};
    for (const name of Object.keys(present().port)) {
      const link = name === 'renewServer' ? 'renew' : way.link;
      const timeoutMs = link === 'renew' ? renewalTimeoutMs : way.timeoutMs;
      const movesUnits = changes[way.link].has(name);
      const ask = (args: readonly unknown[], readAll: boolean) => {
        const { actor: to, port: target } = present();
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') throw new TypeError(`${name} is no method`);
        const happen = async (): Promise<unknown> => {
          const answer: unknown = Reflect.apply(method, target, args);
          return readAll ? allOf(answer as AsyncIterable<unknown>) : answer;
        };
        return call(to, args, movesUnits ? () => happen().then(afterwards) : happen);
      };
      const call = (to: Actor, args: readonly unknown[], effect: () => Promise<unknown>) => {
        const askedMs = scheduler.nowMs;
        return network.call({
          ...{ from: actor, to, link, what: name, chance, timeoutMs, unreachable: way.unreachable },
          // gates are told which epoch is meant beside everything else
          about: () => (way.link === 'gate' && typeof args[1] === 'number' ? [{ epoch: args[1] }, ...args] : args),
          effect,
          heard() {
            if (link !== 'renew') return;
            renewedMs = scheduler.nowMs;
            knowsUntilMs = Math.max(knowsUntilMs, askedMs);
          },
        });
      };
      const inPieces = (args: readonly unknown[]) => {
        const { actor: to } = present();
        const { life } = to;
        return streamed(ask(args, true), (nth) =>
          call(to, args, async () => {
            const isCut = [...services.cuts].some(({ pieces }) => nth >= pieces);
            if (isCut || to.life !== life) throw way.unreachable('the connection broke');
          }),
        );
      };
      const afterwards = async (value: unknown): Promise<unknown> => {
        await services.afterChange(way.link);
        return value;
      };
      port[name] =
        name === 'snapshot' || name === 'scan'
          ? (...args: unknown[]) => inPieces(args)
          : (...args: unknown[]) => ask(args, false);
    }
    return port as Port; // the same methods, each with a network in between
  }

  function parts(): EngineParts {
    const gateOf = () => services.gateOf(plan.name);
    const toGate = { link: 'gate', timeoutMs: gateTimeoutMs, unreachable: gateUnreachable } as const;
    const { life } = actor;
    return {
      gate: remote(() => ({ actor: gateOf().actor, port: gateOf().losable.gate }), toGate),
      room: remote(() => ({ actor: gateOf().actor, port: gateOf().losable.room }), toGate),
      ledger: remote(() => ({ actor: services.ledgerActor, port: services.ledger }), {
        ...{ link: 'ledger', timeoutMs: ledgerTimeoutMs, unreachable: ledgerUnreachable },
      }),
      orderLog: services.log.portOf({ actor, chance, clock }),
      clock,
      codec: services.parts.codec,
      digest: services.parts.digest,
      random: chance,
      ids: { serverId: () => `${plan.name}.${life}` as ServerId },
      telemetry: {
        count(what, n = 1) {
          counts[what] = (counts[what] ?? 0) + n;
          use.count(what, n);
        },
        fault(where, error) {
          if (trace.on) note(`${where} failed: ${error instanceof Error ? error.message : String(error)}`);
        },
        note(where, text) {
          if (trace.on) note(`${where}: ${text}`);
        },
      },
      counts: () => counts,
    };
  }

  function note(text: string): void {
    trace.add({ atMs: scheduler.nowMs, kind: 'note', from: plan.name, to: plan.name, text });
  }

  const process: SimulatedProcess = {
    plan,
    actor,
    clock,
    chance,
    serves: plan.roles.includes('serve'),
    get engine() {
      if (engine === null) throw new Error(`${plan.name} was never started`);
      return engine;
    },
    get renewedMs() {
      return renewedMs;
    },
    get knowsUntilMs() {
      return knowsUntilMs;
    },
    start() {
      if (actor.up && engine !== null) return;
      actor.restart();
      const sound = parts();
      const planted = use.plant?.(sound, { services, process });
      const running = createEngine(planted ?? sound, {
        ...use.settings,
        ...planted?.settings,
        holder: plan.name,
      });
      engine = running.engine;
      stop = createCancelSwitch();
      for (const role of plan.roles) running[role](stop.signal).catch(services.escaped);
    },
    stop: () => stop?.abort(),
    kill() {
      actor.crash();
      services.log.missTheSilent();
    },
  };
  return process;
}

async function allOf<Value>(stream: AsyncIterable<Value>): Promise<readonly Value[]> {
  const all: Value[] = [];
  for await (const each of stream) all.push(each);
  return all;
}

/** A call for each piece behind the first: whoever reads may be cut short. */
async function* streamed(fetched: Promise<unknown>, next: (nth: number) => Promise<unknown>): AsyncIterable<unknown> {
  for (const [nth, piece] of ((await fetched) as readonly unknown[]).entries()) {
    if (nth > 0) await next(nth);
    yield piece;
  }
}
