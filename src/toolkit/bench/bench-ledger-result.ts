import type { FloorCheck } from './bench-http-result.ts';
import type { BenchMachine } from './bench-machine.ts';

export interface LedgerBenchMeasure {
  readonly ordersPerSecond: number;
  /** Processor time of this process for one order; that of PostgreSQL is not in it. */
  readonly cpuMicrosPerOrder: number;
}

export interface LedgerBenchRound {
  readonly bare: LedgerBenchMeasure;
  readonly ours: LedgerBenchMeasure;
}

export interface LedgerBenchCase {
  readonly ordersATransaction: number;
  readonly rounds: readonly LedgerBenchRound[];
  /** Medians over the rounds. */
  readonly figures: {
    readonly barePerSecond: number;
    readonly oursPerSecond: number;
    readonly oursToBare: number;
    readonly bareCpuMicros: number;
    readonly oursCpuMicros: number;
  };
}

/** What the floors look at. */
export interface LedgerBenchFigures {
  /** In transactions of 500 orders. */
  readonly recordedToBare: number;
}

/** Written as it is by `--json`. */
export interface LedgerBenchResult {
  readonly format: 'fluxgate-bench-ledger';
  readonly version: 1;
  readonly startedAt: string;
  readonly machine: BenchMachine;
  /** Of each side in a round. */
  readonly seconds: number;
  readonly cases: readonly LedgerBenchCase[];
  readonly figures: LedgerBenchFigures;
  readonly floors: readonly FloorCheck[];
  /** Why the figures are to be doubted; empty where they are not. */
  readonly doubts: readonly string[];
}
