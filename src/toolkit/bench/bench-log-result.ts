import type { FloorCheck } from './bench-http-result.ts';
import type { BenchMachine } from './bench-machine.ts';

export interface BenchLogMeasure {
  readonly recordsPerSecond: number;
  /** Processor time of this process for one record; the broker's is not in it. */
  readonly cpuMicrosPerRecord: number;
}

export interface BenchLogRound {
  readonly raw: BenchLogMeasure;
  readonly ours: BenchLogMeasure;
}

/** What the floors look at. */
export interface LogBenchFigures {
  /** In appends of 100 records. */
  readonly appendedToRaw: number;
}

/** Written as it is by `--json`. */
export interface LogBenchResult {
  readonly format: 'fluxgate-bench-log';
  readonly version: 1;
  readonly startedAt: string;
  readonly machine: BenchMachine;
  readonly broker: string;
  /** Appends under way at any time. */
  readonly inFlight: number;
  /** Of each measurement. */
  readonly seconds: number;
  readonly bytesARecord: number;
  readonly sizes: readonly {
    readonly recordsAnAppend: number;
    readonly rounds: readonly BenchLogRound[];
    /** Medians over the rounds. */
    readonly figures: {
      readonly rawPerSecond: number;
      readonly oursPerSecond: number;
      readonly oursToRaw: number;
      readonly rawCpuMicros: number;
      readonly oursCpuMicros: number;
    };
  }[];
  readonly figures: LogBenchFigures;
  readonly floors: readonly FloorCheck[];
}
