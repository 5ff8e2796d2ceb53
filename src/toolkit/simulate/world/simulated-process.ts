import { createEngine, type EngineParts, type EngineSettings } from '../../../engine/create-engine.ts';
import type { ServerId } from '../../../engine/domain/ids.ts';
import type { Engine } from '../../../engine/engine.ts';
import { type CancelSwitch, createCancelSwitch } from '../../../engine/flows/cancel-switch.ts';
import type { Counted } from '../../../engine/ports/telemetry.ts';
import type { ProcessPlan } from '../plan/plan.ts';
import { type Actor, createActor } from './actor.ts';
import { gateUnreachable, ledgerUnreachable } from './network.ts';
import { createProcessClock, type ProcessClock } from './process-clock.ts';
import { remotePort } from './remote-port.ts';
import type { Services } from './services.ts';
import type { Chance } from './world-parts.ts';

/** Calls of a gate give up after a second, as in src/adapters/redis; those of a ledger after five instead of thirty. */
const gateTimeoutMs = 1_000;
const ledgerTimeoutMs = 5_000;

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
  at: {
    readonly services: Services;
    readonly process: SimulatedProcess;
    readonly settings: Omit<EngineSettings, 'holder'>;
  },
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
  const { scheduler, trace } = services;
  const actor = createActor(plan.name, scheduler);
  const clock = createProcessClock(scheduler, actor, plan);
  const counts: Record<string, number> = {};
  let engine: Engine | null = null;
  let stop: CancelSwitch | null = null;
  let renewedMs = Number.NEGATIVE_INFINITY;
  let knowsUntilMs = Number.NEGATIVE_INFINITY;

  const asker = {
    ...{ actor, chance, services },
    renewed(askedMs: number) {
      renewedMs = scheduler.nowMs;
      knowsUntilMs = Math.max(knowsUntilMs, askedMs);
    },
  };

  function parts(): EngineParts {
    const gateOf = () => services.gateOf(plan.name);
    const toGate = { link: 'gate', timeoutMs: gateTimeoutMs, unreachable: gateUnreachable } as const;
    const toLedger = { link: 'ledger', timeoutMs: ledgerTimeoutMs, unreachable: ledgerUnreachable } as const;
    const { life } = actor;
    return {
      gate: remotePort({ ...toGate, present: () => ({ actor: gateOf().actor, port: gateOf().losable.gate }) }, asker),
      room: remotePort({ ...toGate, present: () => ({ actor: gateOf().actor, port: gateOf().losable.room }) }, asker),
      ledger: remotePort(
        { ...toLedger, present: () => ({ actor: services.ledgerActor, port: services.ledger }) },
        asker,
      ),
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
      const planted = use.plant?.(sound, { services, process, settings: use.settings });
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
