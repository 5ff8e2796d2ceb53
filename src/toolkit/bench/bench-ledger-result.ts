import type { TimedBenchResult } from './bench-result.ts';
import type { ComparedCase } from './sides-result.ts';

export interface LedgerBenchCase {
  readonly ordersATransaction: number;
}

export interface LedgerBenchFigures {
  /** In transactions of 500 orders. */
  readonly recordedToBare: number;
}

export interface LedgerBenchResult extends TimedBenchResult<'ledger', LedgerBenchFigures> {
  readonly cases: readonly ComparedCase<LedgerBenchCase>[];
}
