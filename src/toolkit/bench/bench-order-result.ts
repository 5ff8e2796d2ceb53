import type { BenchRound, HttpBenchFigures } from './bench-http-result.ts';
import type { TimedBenchResult } from './bench-result.ts';

export interface OrderBenchFigures {
  /** Of the server: bare, refused, accepted. */
  readonly http: HttpBenchFigures;
  /** Processor time of each process for one accepted order, up to its row in the ledger; null where the system does not say. */
  readonly cpuMicros: Readonly<Record<string, number | null>>;
  /** How fast one worker writes a backlog into the ledger, from its first batch on. */
  readonly backlogPerSecond: number;
  /** Of one core, while nothing is sold; null where the system does not say. */
  readonly idleWorkerPercent: number | null;
}

export interface OrderBenchResult extends TimedBenchResult<'order', OrderBenchFigures> {
  readonly connections: number;
  readonly backlogOrders: number;
  readonly rounds: readonly BenchRound[];
}
