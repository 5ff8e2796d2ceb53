import type { EngineSettings } from '../../../engine/create-engine.ts';
import type { ProductId, SaleId } from '../../../engine/domain/ids.ts';
import { controllerLeaseName } from '../../../engine/flows/controller.ts';
import type { WorldPlan } from '../plan/plan.ts';
import { createActor } from './actor.ts';
import { createNetwork } from './network.ts';
import { createProcessClock } from './process-clock.ts';
import { fullGate, fullLedger, fullRoom } from './refusals.ts';
import { createScheduler } from './scheduler.ts';
import type { GateService, Services } from './services.ts';
import { createSimulatedLog } from './simulated-log.ts';
import { type Plant, SimulatedProcess } from './simulated-process.ts';
import type { Trace } from './trace.ts';
import type { GateCopy, WorldParts } from './world-parts.ts';

export const saleId = 'night' as SaleId;
/** Whoever knows it knows every order's id from its user and key. Of simulated sales only. */
export const orderIdSecret = 'a'.repeat(64);
export const productName = (nth: number) => `product-${nth}` as ProductId;

/** Everything of one sale and all that runs it, under virtual time. */
export interface World {
  readonly plan: WorldPlan;
  readonly services: Services;
  readonly processes: readonly SimulatedProcess[];
  /** Those of them that are servers. */
  readonly serving: readonly SimulatedProcess[];
  /** What everybody should take for the primary. */
  readonly gate: GateService;
  /** What flows counted, over all processes. */
  readonly counts: ReadonlyMap<string, number>;
  /** What no flow handled: defects. */
  readonly escaped: readonly string[];
  process(name: string): SimulatedProcess;
  /** Who has the controller's lease, if it is known. */
  leader(): SimulatedProcess | null;
  /** Keeps what a replica has now, for a later `promote`. */
  copyGate(): void;
  /** The last copy becomes another primary; the named processes stay with the old one, which lives on. */
  promote(stay: readonly string[]): void;
  reunite(processes: readonly string[]): void;
}

/** Everything of EngineSettings that a world does not vary; as in src/config, with times shortened where that changes no rule. */
const settings = {
  serverRenewMs: 500,
  relayAfterMs: 2_000,
  endOrderDeadlineMs: 4_000,
  maxAppendsInFlight: 4,
  passSeconds: 120,
  ticketSeconds: 3_600,
  logRetention: null,
} satisfies Partial<EngineSettings>;

export function createWorld(
  plan: WorldPlan,
  use: {
    readonly parts: WorldParts;
    readonly trace: Trace;
    readonly plant: Plant | null;
    readonly afterChange: (world: World, where: 'gate' | 'ledger') => Promise<void>;
  },
): World {
  const { parts, trace } = use;
  const scheduler = createScheduler(parts.drained);
  const network = createNetwork({ scheduler, trace });
  const ledgerActor = createActor('ledger', scheduler);
  const right = { driftPpm: 0, offsetMs: 0 };
  const ledgerClock = createProcessClock(scheduler, ledgerActor, right);
  const memory = parts.ledger(ledgerClock);
  const counts = new Map<string, number>();
  const escaped: string[] = [];
  const strayed = new Map<string, GateService>();
  /** One stream of chance each, so that what one of them does changes nothing of another's. */
  const chanceOf = (stream: number) => parts.chance(plan.seed * 64 + stream);
  const log = createSimulatedLog({ ...plan, scheduler, network, chance: chanceOf(0), codec: parts.codec });
  let gates = 0;
  let copy: GateCopy | null = null;
  let primary = newGate();

  let leads: SimulatedProcess | null = null;
  const writable = fullLedger({
    ...memory,
    async takeLease(name, holder, ttlMs) {
      const lease = await memory.takeLease(name, holder, ttlMs);
      const holds = processes.find((each) => holder.startsWith(`${each.plan.name}/`));
      if (lease !== null && name === controllerLeaseName && holds !== undefined) leads = holds;
      return lease;
    },
  });

  function newGate(): GateService {
    gates += 1;
    const actor = createActor(gates === 1 ? 'gate' : `gate ${gates}`, scheduler);
    const clock = createProcessClock(scheduler, actor, right);
    const losable = parts.gate({ ...clock, monotonicMs: clock.now });
    const [gate, room] = [fullGate(losable.gate), fullRoom(losable.room)];
    return {
      ...{ actor, clock },
      losable: { ...losable, gate: gate.port, room: room.port },
      fill() {
        gate.refuse();
        room.refuse();
      },
      hasRoom() {
        gate.allow();
        room.allow();
      },
    };
  }

  const services: Services = {
    ...{ parts, scheduler, network, trace, ledger: writable.port, ledgerActor, log },
    ...{ ledgerClock, ledgerWrites: writable, cuts: new Set() },
    gateOf: (process) => strayed.get(process) ?? primary,
    afterChange: (where) => use.afterChange(world, where),
    escaped: (error) => void escaped.push(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  };
  const processes = plan.processes.map(
    (each, nth) =>
      new SimulatedProcess({
        ...{ plan: each, services, chance: chanceOf(nth + 1), plant: use.plant },
        settings: {
          ...settings,
          serverLeaseMs: plan.serverLeaseMs,
          appendDeadlineMs: plan.appendDeadlineMs,
          maxWaitingOrders: plan.maxWaitingOrders,
        },
        count(what, n) {
          if (n > 0) counts.set(what, (counts.get(what) ?? 0) + n);
        },
      }),
  );

  const world: World & { gate: GateService } = {
    plan,
    services,
    processes,
    serving: processes.filter(({ serves }) => serves),
    counts,
    escaped,
    gate: primary,
    process(name) {
      const found = processes.find((each) => each.plan.name === name);
      if (found === undefined) throw new RangeError(`the world has no process ${name}`);
      return found;
    },
    leader: () => leads,
    copyGate() {
      copy = primary.losable.copy();
    },
    promote(stay) {
      const former = primary;
      for (const name of stay) if (!strayed.has(name)) strayed.set(name, former);
      const had = copy ?? former.losable.copy();
      primary = newGate();
      world.gate = primary;
      primary.losable.failOver(had);
    },
    reunite(names) {
      for (const name of names) strayed.delete(name);
    },
  };
  for (const process of processes) process.start();
  return world;
}
