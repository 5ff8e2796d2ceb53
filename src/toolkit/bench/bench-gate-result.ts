import type { TimedBenchResult } from './bench-result.ts';
import type { ComparedCase } from './sides-result.ts';

/** What the measured orders get. */
export type GateBenchKind = 'held' | 'sold_out';

export interface GateBenchCase {
  readonly kind: GateBenchKind;
  readonly ordersACall: number;
}

export interface GateBenchFigures {
  /** In calls of 64 orders. */
  readonly heldToBare: number;
}

export interface GateBenchResult extends TimedBenchResult<'gate', GateBenchFigures> {
  readonly redis: string;
  /** Calls under way at any time. */
  readonly inFlight: number;
  readonly bytesARecord: number;
  readonly cases: readonly ComparedCase<GateBenchCase>[];
}
