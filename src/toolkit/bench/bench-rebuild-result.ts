import type { BenchResult } from './bench-result.ts';
import type { RebuildSteps } from './rebuild-note.ts';

/** What one loss of the gate cost, in seconds since the empty Redis answered. */
export interface GateLoss {
  /** Until every server that lives had answered an order with 200. */
  readonly takenAgainSeconds: number;
  /** Until the controller had opened the gate. */
  readonly openedSeconds: number;
  /** Until the loss was noticed and the rebuild began. */
  readonly noticedSeconds: number;
  readonly steps: RebuildSteps;
  /** Memory that Redis took for what was written. */
  readonly redisBytes: number;
  /** Cores that processes outside this bench had meanwhile, as sentences; empty where they had few. */
  readonly doubts: readonly string[];
}

/** The worst of all losses where they are times, medians where they are ratios. */
export interface RebuildBenchFigures {
  readonly takenAgainSeconds: number;
  readonly serverKilledSeconds: number;
  /** The snapshot read from the ledger and written to the gate: ours, and one SELECT each with nothing but HSETs behind it. */
  readonly loadedSeconds: number;
  readonly bareSeconds: number;
  readonly loadedToBare: number;
  readonly redisBytesAnOrder: number;
  readonly postgresBytesAnOrder: number;
  readonly kafkaBytesAnOrder: number;
}

export interface RebuildBenchResult extends BenchResult<'rebuild', RebuildBenchFigures> {
  /** In the ledger and, again, in the gate: counted after each loss. */
  readonly orders: number;
  readonly serverLeaseMs: number;
  readonly appendDeadlineMs: number;
  /** With all servers alive. */
  readonly losses: readonly GateLoss[];
  /** With a server killed when Redis answered again. */
  readonly serverKilled: GateLoss;
}
