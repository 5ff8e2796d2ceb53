import type { GateBenchFigures } from './bench-gate-result.ts';
import type { HttpBenchFigures } from './bench-http-result.ts';
import type { LedgerBenchFigures } from './bench-ledger-result.ts';
import type { LoadBenchFigures } from './bench-load-result.ts';
import type { LogBenchFigures } from './bench-log-result.ts';
import type { OrderBenchFigures } from './bench-order-result.ts';
import type { RebuildBenchFigures } from './bench-rebuild-result.ts';
import type { FloorCheck } from './bench-result.ts';

/** One number that `--check` holds us to. */
export interface BenchFloor<Figures> {
  readonly name: string;
  readonly kind: FloorCheck['kind'];
  readonly limit: number;
  readonly of: (figures: Figures) => number;
}

/** The promises of issue 3, "Numbers". Ratios, because machines differ: both sides are measured in the same run. */
export const httpFloors: readonly BenchFloor<HttpBenchFigures>[] = [
  { name: 'accepted / bare', kind: 'at_least', limit: 0.15, of: (figures) => figures.acceptedToBare },
  { name: 'refused / bare', kind: 'at_least', limit: 0.7, of: (figures) => figures.refusedToBare },
  { name: 'p99 refused / p99 bare', kind: 'at_most', limit: 3, of: (figures) => figures.refusedP99ToBareP99 },
  { name: 'lag 0 after load (s)', kind: 'at_most', limit: 5, of: (figures) => figures.lagZeroAfterSeconds },
];

/** The promise of issue 4, "Numbers", for the gate. */
export const gateFloors: readonly BenchFloor<GateBenchFigures>[] = [
  { name: 'held / bare EVALSHA, 64 a call', kind: 'at_least', limit: 0.75, of: (figures) => figures.heldToBare },
];

/**
 * Issue 4 has no number for the log alone. Ours is kafkajs plus a deadline, and what that costs is lost in the noise of the broker:
 * below this somebody has put work on the way.
 */
export const logFloors: readonly BenchFloor<LogBenchFigures>[] = [
  {
    name: 'appended / bare kafkajs, 100 an append',
    kind: 'at_least',
    limit: 0.75,
    of: ({ appendedToBare }) => appendedToBare,
  },
];

/** Issue 4 has no number for the ledger alone either: repeats, stock, position and the arrays may cost half. */
export const ledgerFloors: readonly BenchFloor<LedgerBenchFigures>[] = [
  {
    name: 'recorded / bare inserts, 500 a batch',
    kind: 'at_least',
    limit: 0.5,
    of: ({ recordedToBare }) => recordedToBare,
  },
];

/** The promises of issue 4, "Numbers", for the whole path on the stack. */
export const orderFloors: readonly BenchFloor<OrderBenchFigures>[] = [
  { name: 'accepted / bare', kind: 'at_least', limit: 0.33, of: ({ http }) => http.acceptedToBare },
  { name: 'refused / bare', kind: 'at_least', limit: 0.7, of: ({ http }) => http.refusedToBare },
  {
    name: 'backlog recorded (orders/s)',
    kind: 'at_least',
    limit: 20_000,
    of: ({ backlogPerSecond }) => backlogPerSecond,
  },
];

/** Promised where the bare route's own p99 is under `barePromisedP99Ms`. */
export const orderLatencyFloor: BenchFloor<OrderBenchFigures> = {
  name: 'p99 accepted (ms)',
  kind: 'at_most',
  limit: 25,
  of: ({ http }) => http.acceptedP99Ms,
};
export const barePromisedP99Ms = 5;

/** Promised where the system says what a process spends. */
export const idleWorkerFloor: BenchFloor<OrderBenchFigures> = {
  name: 'idle worker (% of a core)',
  kind: 'at_most',
  limit: 2,
  of: ({ idleWorkerPercent }) => idleWorkerPercent ?? 0,
};

/** The promises of issue 4, "Numbers", for a gate that was lost with that many orders in the ledger. */
export function rebuildFloors(orders: number, serverLeaseMs: number): readonly BenchFloor<RebuildBenchFigures>[] {
  const limit = orders <= 100_000 ? 5 : 20;
  return [
    { name: 'orders taken again (s)', kind: 'at_most', limit, of: ({ takenAgainSeconds }) => takenAgainSeconds },
    {
      name: 'the same, a server killed (s)',
      kind: 'at_most',
      limit: limit + serverLeaseMs / 1_000,
      of: ({ serverKilledSeconds }) => serverKilledSeconds,
    },
  ];
}

/** The promises of issue 5, "Load", for the generator: one process, beside the route that it asks. */
export const loadFloors: readonly BenchFloor<LoadBenchFigures>[] = [
  {
    name: 'reached, open loop (requests/s)',
    kind: 'at_least',
    limit: 25_000,
    of: ({ reachedPerSecond }) => reachedPerSecond,
  },
  {
    name: 'send lag p50 at half of it (ms)',
    kind: 'at_most',
    limit: 1,
    of: ({ halfSendLagP50Ms }) => halfSendLagP50Ms,
  },
];

export function checkFloors<Figures>(figures: Figures, floors: readonly BenchFloor<Figures>[]): FloorCheck[] {
  return floors.map(({ name, kind, limit, of }) => {
    const actual = of(figures);
    return { name, kind, limit, actual, ok: kind === 'at_least' ? actual >= limit : actual <= limit };
  });
}
