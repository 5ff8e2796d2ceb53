import type { FloorCheck } from './bench-http-result.ts';
import type { BenchMachine } from './bench-machine.ts';

/** What the measured orders get. */
export type GateBenchKind = 'held' | 'sold_out';

export interface GateBenchMeasure {
  readonly ordersPerSecond: number;
  /** Processor time of this process for one order; that of Redis is not in it. */
  readonly cpuMicrosPerOrder: number;
}

export interface GateBenchRound {
  readonly bare: GateBenchMeasure;
  readonly ours: GateBenchMeasure;
}

export interface GateBenchCase {
  readonly kind: GateBenchKind;
  readonly ordersACall: number;
  readonly rounds: readonly GateBenchRound[];
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
export interface GateBenchFigures {
  /** In calls of 64 orders. */
  readonly heldToBare: number;
}

/** Written as it is by `--json`. */
export interface GateBenchResult {
  readonly format: 'fluxgate-bench-gate';
  readonly version: 1;
  readonly startedAt: string;
  readonly machine: BenchMachine;
  readonly redis: string;
  /** Calls under way at any time. */
  readonly inFlight: number;
  /** Of each side in a round. */
  readonly seconds: number;
  readonly bytesARecord: number;
  readonly cases: readonly GateBenchCase[];
  readonly figures: GateBenchFigures;
  readonly floors: readonly FloorCheck[];
  /** Why the figures are to be doubted; empty where they are not. */
  readonly doubts: readonly string[];
}
