import { type Bucket, emptyBucket, takeFrom } from './gcra.ts';
import type { Epoch } from './ids.ts';
import { opennessAt, type SaleConfig } from './sale.ts';
import type { Instant } from './time.ts';
import type { Place, RoomProgress } from './waiting-room.ts';

/**
 * The waiting room of one sale in one epoch: one counter for the places given out, one for the places admitted.
 *
 * After a loss of the gate the counters go on from the checkpoint. Places that were given out after it, in an older epoch,
 * are not known: their counters lie above the checkpointed last place. So the older epoch keeps the cursor until everybody
 * up to that last place is admitted; then the cursor enters this epoch, which admits whatever is older (at most as many as
 * were given out between the last checkpoint and the loss), and only then the first place of this epoch can be next. So
 * admission never inverts the order of places.
 * Where the gate is lost again while the cursor is still in an older epoch, the places between are admitted together when
 * the cursor leaves it: later than they might be, never out of order.
 */
export interface RoomState {
  readonly epoch: Epoch;
  /** Counter of the place that was given out last. */
  readonly last: number;
  /** Counter of the place that was admitted last; never above `last`. */
  readonly admitted: number;
  /** The older epoch that the cursor is in until `admitted` reaches `until`; null once it has left. */
  readonly older: { readonly epoch: Epoch; readonly until: number } | null;
  readonly bucket: Bucket;
}

/** The room of a new epoch, from the last checkpoint of an older one. Without one, every older place counts as admitted. */
export function resumeRoom(epoch: Epoch, checkpoint: RoomProgress | null): RoomState {
  if (checkpoint === null) return { epoch, last: 0, admitted: 0, older: null, bucket: emptyBucket };
  const { admittedUpTo, lastPlace } = checkpoint;
  const last = Math.max(admittedUpTo.counter, lastPlace.counter);
  const room = { epoch, last, admitted: admittedUpTo.counter, bucket: emptyBucket };
  return { ...room, older: room.admitted < last ? { epoch: admittedUpTo.epoch, until: last } : null };
}

export function progressOf(room: RoomState): RoomProgress {
  const { epoch, last, admitted, older } = room;
  // Before this epoch's first place, the last one known is of the older epoch; it is named by this one, which is behind it.
  return {
    admittedUpTo: { epoch: older?.epoch ?? epoch, counter: admitted },
    lastPlace: { epoch, counter: last },
  };
}

/**
 * The rate to ask the room for: 0 while a sale with a rate is not open. Otherwise whoever came early would be admitted to
 * a closed door, and all of them would come at once when it opens.
 */
export function admissionRateAt(
  sale: Pick<SaleConfig, 'admissionRate' | 'state' | 'opensAt' | 'closesAt'>,
  now: Instant,
): number | null {
  return sale.admissionRate !== null && opennessAt(sale, now).kind !== 'open' ? 0 : sale.admissionRate;
}

/**
 * How much of the rate may come at once, in seconds. Over ten seconds the first burst adds 2.5% to the rate. Longer than it
 * takes until the room is moved on again (by a request or a ticket, and four times a second by the controller), or some of
 * the rate would be lost.
 */
const burstSeconds = 0.25;

/**
 * Admits up to the rate: places first, in order; direct requests only while nobody waits. `ratePerSecond` null admits all,
 * 0 nobody. The burst is a quarter of a second's worth, at least one.
 */
export function admit(
  room: RoomState,
  ratePerSecond: number | null,
  wanted: number,
  nowMs: number,
): { readonly granted: number; readonly room: RoomState } {
  if (ratePerSecond === 0) return { granted: 0, room };
  const waiting = room.last - room.admitted;
  if (ratePerSecond === null) return { granted: wanted, room: advance(room, waiting) };
  const rate = { ratePerSecond, burst: Math.max(1, ratePerSecond * burstSeconds) };
  const taken = takeFrom(room.bucket, rate, waiting + wanted, nowMs);
  const places = Math.min(waiting, taken.granted);
  return { granted: taken.granted - places, room: { ...advance(room, places), bucket: taken.bucket } };
}

export function takePlace(room: RoomState): { readonly place: Place; readonly room: RoomState } {
  const last = room.last + 1;
  return { place: { epoch: room.epoch, counter: last }, room: { ...room, last } };
}

function advance(room: RoomState, places: number): RoomState {
  const admitted = room.admitted + places;
  const older = room.older !== null && admitted < room.older.until ? room.older : null;
  return { ...room, admitted, older };
}
