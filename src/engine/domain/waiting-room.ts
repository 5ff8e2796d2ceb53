import type { Epoch } from './ids.ts';

/**
 * A place in a sale's waiting room. Ordered by epoch, then counter, so that later tickets never get ahead of
 * earlier ones because the gate was lost.
 */
export interface Place {
  readonly epoch: Epoch;
  /**
   * Rises by one with each place. A new epoch goes on from the last checkpointed place, so that the difference of two
   * counters says how many stand between them, whatever their epochs. 0 stands before the first.
   */
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

/** Whether a ticket's turn has come. */
export function isAdmitted(place: Place, progress: RoomProgress): boolean {
  return comparePlaces(place, progress.admittedUpTo) <= 0;
}

/** How many are ahead of a waiting place, itself included: 1 is next. Never below 1. */
export function positionOf(place: Place, progress: RoomProgress): number {
  return Math.max(1, place.counter - progress.admittedUpTo.counter);
}

/** How many wait. */
export function waitingIn(progress: RoomProgress): number {
  return Math.max(0, progress.lastPlace.counter - progress.admittedUpTo.counter);
}
