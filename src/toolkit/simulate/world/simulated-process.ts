import { createEngine, type EngineParts, type EngineSettings } from '../../../engine/create-engine.ts';
import type { ServerId } from '../../../engine/domain/ids.ts';
import type { Engine } from '../../../engine/engine.ts';
import { type CancelSwitch, createCancelSwitch } from '../../../engine/flows/cancel-switch.ts';
import type { Counted, Telemetry } from '../../../engine/ports/telemetry.ts';
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

/** Makes a defect of the parts that a process runs on, or of its settings; the identity in a sound world. */
export type Plant = (
  parts: EngineParts,
  at: {
    readonly services: Services;
    readonly process: SimulatedProcess;
    readonly settings: Omit<EngineSettings, 'holder'>;
  },
) => EngineParts & { readonly settings?: Partial<EngineSettings> };

interface ProcessUse {
  readonly plan: ProcessPlan;
  readonly services: Services;
  readonly settings: Omit<EngineSettings, 'holder'>;
  readonly chance: Chance;
  readonly count: (what: Counted, n: number) => void;
  readonly plant: Plant | null;
}

/** One process of a world: the real engine over the ports of this world. */
export class SimulatedProcess {
  readonly plan: ProcessPlan;
  readonly actor: Actor;
  readonly clock: ProcessClock;
  readonly chance: Chance;
  readonly serves: boolean;
  readonly #use: ProcessUse;
  readonly #counts: Record<string, number> = {};
  #engine: Engine | null = null;
  #stop: CancelSwitch | null = null;
  #renewedMs = Number.NEGATIVE_INFINITY;
  #knowsUntilMs = Number.NEGATIVE_INFINITY;

  constructor(use: ProcessUse) {
    const { plan, services, chance } = use;
    this.#use = use;
    this.plan = plan;
    this.chance = chance;
    this.serves = plan.roles.includes('serve');
    this.actor = createActor(plan.name, services.scheduler);
    this.clock = createProcessClock(services.scheduler, this.actor, plan);
  }

  /** Of its present life. */
  get engine(): Engine {
    if (this.#engine === null) throw new Error(`${this.plan.name} was never started`);
    return this.#engine;
  }

  /** When its last renewal at the ledger came home, in milliseconds of the world. */
  get renewedMs(): number {
    return this.#renewedMs;
  }

  /** When the question of that renewal left: of everything that the ledger had by then this server knows. */
  get knowsUntilMs(): number {
    return this.#knowsUntilMs;
  }

  /** Begins another life, where it has none. */
  start(): void {
    const { plan, services, settings, plant } = this.#use;
    if (this.actor.up && this.#engine !== null) return;
    this.actor.restart();
    const sound = this.#parts();
    const planted = plant?.(sound, { services, settings, process: this });
    const running = createEngine(planted ?? sound, { ...settings, ...planted?.settings, holder: plan.name });
    this.#engine = running.engine;
    this.#stop = createCancelSwitch();
    for (const role of plan.roles) running[role](this.#stop.signal).catch(services.escaped);
  }

  /** SIGTERM: every role comes to its end in order. The process is there until it is killed. */
  stop(): void {
    this.#stop?.abort();
  }

  /** kill -9: nothing that it began goes on. */
  kill(): void {
    this.actor.crash();
    this.#use.services.log.missTheSilent();
  }

  #parts(): EngineParts {
    const { plan, services } = this.#use;
    const { actor, chance, clock } = this;
    const { life } = actor;
    const asker = { actor, chance, services, renewed: (askedMs: number) => this.#renewed(askedMs) };
    const gateOf = () => services.gateOf(plan.name);
    const toGate = { link: 'gate', timeoutMs: gateTimeoutMs, unreachable: gateUnreachable } as const;
    const toLedger = { link: 'ledger', timeoutMs: ledgerTimeoutMs, unreachable: ledgerUnreachable } as const;
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
      telemetry: this.#telemetry(),
      counts: () => this.#counts,
    };
  }

  #telemetry(): Telemetry {
    const { trace } = this.#use.services;
    return {
      count: (what, n = 1) => {
        this.#counts[what] = (this.#counts[what] ?? 0) + n;
        this.#use.count(what, n);
      },
      fault: (where, error) => {
        if (trace.on) this.#note(`${where} failed: ${error instanceof Error ? error.message : String(error)}`);
      },
      note: (where, text) => {
        if (trace.on) this.#note(`${where}: ${text}`);
      },
    };
  }

  #renewed(askedMs: number): void {
    this.#renewedMs = this.#use.services.scheduler.nowMs;
    this.#knowsUntilMs = Math.max(this.#knowsUntilMs, askedMs);
  }

  #note(text: string): void {
    const { scheduler, trace } = this.#use.services;
    trace.add({ atMs: scheduler.nowMs, kind: 'note', from: this.plan.name, to: this.plan.name, text });
  }
}
