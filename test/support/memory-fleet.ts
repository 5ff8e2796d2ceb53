import { createMemoryGate, type GateReplica, type MemoryGate } from '../../src/adapters/memory/memory-gate.ts';
import { createMemoryLedger } from '../../src/adapters/memory/memory-ledger.ts';
import { createMemoryOrderLog, type LogPlacing } from '../../src/adapters/memory/memory-order-log.ts';
import { createMemoryWaitingRoom } from '../../src/adapters/memory/memory-waiting-room.ts';
import { createVirtualClock } from '../../src/adapters/memory/virtual-clock.ts';
import { jsonRecordCodec } from '../../src/adapters/node/json-record-codec.ts';
import { nodeDigest } from '../../src/adapters/node/node-digest.ts';
import { nodeRandom } from '../../src/adapters/node/node-random.ts';
import { createEngine, type EngineSettings, type RunningEngine } from '../../src/engine/create-engine.ts';
import { FluxError } from '../../src/engine/domain/flux-error.ts';
import type { ServerId } from '../../src/engine/domain/ids.ts';
import type { Clock } from '../../src/engine/ports/clock.ts';
import type { Gate } from '../../src/engine/ports/gate.ts';
import type { OrderLog } from '../../src/engine/ports/order-log.ts';
import { settings } from './memory-world.ts';

/** What can be wrong with a call to something outside. `before`: it did not happen. `after`: it did, and nobody was told. */
export type Trouble =
  | { readonly kind: 'before' | 'after' }
  | { readonly kind: 'slow'; readonly beforeMs: number; readonly afterMs: number };

/** `renew` is the ledger for the server's lease alone. */
export type Part = 'gate' | 'ledger' | 'renew' | 'log';

/** One process of a fleet: an engine with all roles. It can be killed, paused, cut off, or left with an old gate. */
export interface FleetProcess {
  readonly name: string;
  readonly running: RunningEngine;
  readonly alive: boolean;
  /** The next `calls` calls to `part` meet this. */
  disturb(part: Part, trouble: Trouble, calls: number): void;
  /** kill -9: nothing that it began ever goes on. */
  kill(): void;
  /** A long garbage collection: everything it asks and everything it hears waits until `resume`. */
  pause(): void;
  resume(): void;
  /** Forgets all troubles. */
  heal(): void;
}

/** Several processes over one gate, one log, one ledger and one virtual clock. */
export function createMemoryFleet(overrides: Partial<EngineSettings> = {}, placing: LogPlacing = 'by_append') {
  const clock = createVirtualClock();
  const ledger = createMemoryLedger({ clock });
  const orderLog = createMemoryOrderLog({ partitions: 2, placing, clock, codec: jsonRecordCodec });
  let primary: MemoryGate = createMemoryGate({ clock });
  const counts: Record<string, number> = {};
  const faults: string[] = [];
  const notes: string[] = [];
  const processes: FleetProcess[] = [];
  const gateOf = new Map<string, MemoryGate>();
  let stalled: Promise<void> | null = null;
  let goOn: () => void = () => undefined;

  function start(): FleetProcess {
    const name = `p${processes.length + 1}`;
    const troubles: Record<Part, Trouble[]> = { gate: [], ledger: [], renew: [], log: [] };
    let dead = false;
    let paused: Promise<void> | null = null;
    let wake: () => void = () => undefined;
    const ownGate = () => gateOf.get(name) ?? primary;

    async function standing(): Promise<void> {
      while (paused) await paused;
      if (dead) await new Promise<never>(() => undefined);
    }
    async function through<Value>(part: Part, run: () => Promise<Value>): Promise<Value> {
      await standing();
      const trouble = troubles[part].shift();
      const gone = () =>
        new FluxError(part === 'gate' ? 'gate_unreachable' : 'ledger_unreachable', `${part} is cut off`);
      if (trouble?.kind === 'before') throw gone();
      if (trouble?.kind === 'slow') await clock.sleep(trouble.beforeMs);
      const value = await run();
      if (trouble?.kind === 'slow') await clock.sleep(trouble.afterMs);
      await standing();
      if (trouble?.kind === 'after') throw gone();
      return value;
    }
    /** Each method goes through the troubles of its part; what is no method, or streams, is handed on as it is. */
    function disturbed<Port extends object>(part: Part, target: () => Port): Port {
      return new Proxy(target(), {
        get(_, property) {
          const present = target();
          const value: unknown = Reflect.get(present, property);
          if (typeof value !== 'function' || property === 'snapshot' || property === 'scan') return value;
          const met = property === 'renewServer' || property === 'serverViews' ? 'renew' : part;
          return (...args: unknown[]) => through(met, async () => Reflect.apply(value, present, args));
        },
      });
    }

    const ownClock: Clock = {
      now: () => clock.now(),
      monotonicMs: () => clock.monotonicMs(),
      sleep: async (ms, signal) => {
        await clock.sleep(ms, signal);
        await standing();
      },
      endOfTurn: (run) => clock.endOfTurn(() => void standing().then(run)),
    };
    const gate: Gate = disturbed('gate', ownGate);
    const log: OrderLog = {
      partitions: orderLog.partitions,
      async append(records, timeoutMs) {
        await standing();
        const trouble = troubles.log.shift();
        if (trouble?.kind === 'before') return { kind: 'unknown', cause: new Error('the log is cut off') };
        const landing = (async () => {
          if (trouble?.kind === 'slow') await clock.sleep(trouble.beforeMs);
          const answer = await orderLog.append(records, timeoutMs);
          if (trouble?.kind === 'slow') await clock.sleep(trouble.afterMs);
          return answer;
        })();
        const late = clock.sleep(timeoutMs).then(() => ({ kind: 'unknown', cause: new Error('timed out') }) as const);
        const answer = await (trouble ? Promise.race([landing, late]) : landing);
        await standing();
        return trouble?.kind === 'after' ? { kind: 'unknown', cause: new Error('the answer was lost') } : answer;
      },
      mark: (marker) => through('log', () => orderLog.mark(marker)),
      read: (group, onBatch, signal) =>
        orderLog.read(
          group,
          async (batch) => {
            await standing();
            while (stalled) await stalled;
            await onBatch(batch);
            await standing();
          },
          signal,
        ),
      lag: (group) => orderLog.lag(group),
      scan: () => orderLog.scan(),
    };
    const room = createMemoryWaitingRoom({ gate: { openSale: (...args) => ownGate().openSale(...args) } });
    const running = createEngine(
      {
        gate,
        room: disturbed('gate', () => room),
        orderLog: log,
        ledger: disturbed('ledger', () => ledger),
        clock: ownClock,
        codec: jsonRecordCodec,
        random: nodeRandom,
        digest: nodeDigest,
        ids: { serverId: () => name as ServerId },
        telemetry: {
          count(what, n = 1) {
            counts[what] = (counts[what] ?? 0) + n;
          },
          fault: (where, error) =>
            void faults.push(`${name} ${where}: ${error instanceof Error ? error.message : String(error)}`),
          note: (where, text) => void notes.push(`${clock.monotonicMs()} ${name} ${where}: ${text}`),
        },
        counts: () => counts,
      },
      { ...settings, holder: name, ...overrides },
    );
    const stop = new AbortController();
    for (const role of ['serve', 'consume', 'control'] as const) void running[role](stop.signal);
    const process: FleetProcess = {
      name,
      running,
      get alive() {
        return !dead;
      },
      disturb(part, trouble, calls) {
        for (let call = 0; call < calls; call += 1) troubles[part].push(trouble);
      },
      kill() {
        dead = true;
        stop.abort();
        process.resume();
      },
      pause() {
        paused ??= new Promise((resolve) => {
          wake = resolve;
        });
      },
      resume() {
        paused = null;
        wake();
      },
      heal() {
        for (const part of ['gate', 'ledger', 'renew', 'log'] as const) troubles[part].length = 0;
      },
    };
    processes.push(process);
    return process;
  }

  return {
    clock,
    ledger,
    orderLog,
    counts,
    faults,
    notes,
    processes,
    start,
    get gate() {
      return primary;
    },
    /** The replica becomes another primary; the named processes stay with the old one, which lives on. */
    split(replica: GateReplica, stayBehind: readonly FleetProcess[]): void {
      for (const { name } of stayBehind) gateOf.set(name, gateOf.get(name) ?? primary);
      primary = createMemoryGate({ clock });
      primary.failOver(replica);
    },
    /** All consumers stop before their next batch, as in a long rebalance. */
    stallConsumers(): void {
      stalled ??= new Promise((resolve) => {
        goOn = resolve;
      });
    },
    runConsumers(): void {
      stalled = null;
      goOn();
    },
    /** Everybody finds the newest primary. */
    reunite: () => gateOf.clear(),
    /** Virtual time passes until `done` or `limitMs`; says whether it was done. */
    async until(done: () => boolean | Promise<boolean>, limitMs: number, stepMs = 250): Promise<boolean> {
      for (let passed = 0; passed <= limitMs; passed += stepMs) {
        if (await done()) return true;
        await clock.advance(stepMs);
      }
      return done();
    },
  };
}

export type MemoryFleet = ReturnType<typeof createMemoryFleet>;
