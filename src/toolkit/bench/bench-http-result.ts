import type { LatencySummary } from '../load/latency-book.ts';
import type { TimedBenchResult } from './bench-result.ts';

export type BenchSubject = 'bare' | 'refused' | 'accepted';

/** One measurement of one subject. */
export interface BenchMeasure {
  /** Answers of the wanted kind a second. */
  readonly perSecond: number;
  readonly latencyMs: LatencySummary;
  /** Answers of any other kind, and lost connections. */
  readonly others: number;
  /** Processor time of the server and its children for one answer, in microseconds; null where the system does not say. */
  readonly cpuMicrosPerAnswer: number | null;
  /** Cores that the server and its children had while it was asked; null as above. */
  readonly serverCores: number | null;
  /** Cores that processes outside this bench had meanwhile; null as above. */
  readonly foreignCores: number | null;
  readonly generatorBusy: number;
}

export interface BenchRound {
  readonly bare: BenchMeasure;
  readonly refused: BenchMeasure;
  readonly accepted: BenchMeasure;
  /** From the end of the load to lag 0: every accepted order is in the ledger. */
  readonly lagZeroAfterSeconds: number;
}

/** Medians over the rounds; the lag is the worst. */
export interface HttpBenchFigures {
  readonly barePerSecond: number;
  readonly refusedPerSecond: number;
  readonly acceptedPerSecond: number;
  readonly refusedToBare: number;
  readonly acceptedToBare: number;
  readonly bareP50Ms: number;
  readonly bareP99Ms: number;
  readonly refusedP50Ms: number;
  readonly refusedP99Ms: number;
  readonly acceptedP50Ms: number;
  readonly acceptedP99Ms: number;
  readonly refusedP99ToBareP99: number;
  readonly lagZeroAfterSeconds: number;
  /** Null where the system does not say. */
  readonly bareCpuMicros: number | null;
  readonly refusedCpuMicros: number | null;
  /** From the request to its row in the ledger, PostgreSQL included. */
  readonly acceptedCpuMicros: number | null;
}

export interface HttpBenchResult extends TimedBenchResult<'http', HttpBenchFigures> {
  readonly connections: number;
  readonly rounds: readonly BenchRound[];
}
