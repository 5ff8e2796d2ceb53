import type { PartitionLag } from '../ports/order-log.ts';

/**
 * A partition whose records wait while nobody moves on for this long stands still: three times what a group takes to give
 * the partitions of a dead reader to others (10 s).
 */
export const standstillMs = 30_000;

/** A partition whose records nobody reads. */
export interface Standstill {
  readonly partition: number;
  readonly committed: bigint;
  readonly lag: bigint;
  readonly forMs: number;
}

/** Keeps since when the group stands where it stands, partition by partition. */
export interface StandstillTracker {
  /** What stands still, `lags` being how things are at `nowMs` (steady clock). */
  look(lags: readonly PartitionLag[], nowMs: number): readonly Standstill[];
}

export function createStandstillTracker(): StandstillTracker {
  const stood = new Map<number, { readonly committed: bigint; readonly sinceMs: number }>();
  return {
    look(lags, nowMs) {
      const found: Standstill[] = [];
      for (const { partition, committed, lag } of lags) {
        const before = stood.get(partition);
        if (lag <= 0n || before?.committed !== committed) {
          stood.set(partition, { committed, sinceMs: nowMs });
          continue;
        }
        const forMs = nowMs - before.sinceMs;
        if (forMs >= standstillMs) found.push({ partition, committed, lag, forMs });
      }
      return found;
    },
  };
}
