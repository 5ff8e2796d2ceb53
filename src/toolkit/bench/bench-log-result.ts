import type { TimedBenchResult } from './bench-result.ts';
import type { ComparedCase } from './sides-result.ts';

export interface LogBenchCase {
  readonly recordsAnAppend: number;
}

export interface LogBenchFigures {
  /** In appends of 100 records. */
  readonly appendedToBare: number;
}

export interface LogBenchResult extends TimedBenchResult<'log', LogBenchFigures> {
  readonly broker: string;
  /** Appends under way at any time. */
  readonly inFlight: number;
  readonly bytesARecord: number;
  readonly cases: readonly ComparedCase<LogBenchCase>[];
}
