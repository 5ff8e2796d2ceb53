import type { Epoch } from './ids.ts';

/**
 * A place in a sale's waiting room. Ordered by epoch, then counter, so that later tickets never get ahead of
 * earlier ones because the gate was lost.
 */
export interface Place {
  readonly epoch: Epoch;
  /** 1, 2, 3 ... within the epoch; 0 stands before the first. */
  readonly counter: number;
}

/** How far the room has got. */
export interface RoomProgress {
  /** Everybody up to here may order. */
  readonly admittedUpTo: Place;
  /** The place that was given out last. */
  readonly lastPlace: Place;
}

/** Negative where `a` is ahead of `b`. */
export function comparePlaces(a: Place, b: Place): number {
  return a.epoch - b.epoch || a.counter - b.counter;
}
