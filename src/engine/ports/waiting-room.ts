import type { Epoch, SaleId } from '../domain/ids.ts';
import type { Instant } from '../domain/time.ts';
import type { Place, RoomProgress } from '../domain/waiting-room.ts';
import type { Rebuilding } from './gate.ts';

/**
 * Admission of one sale and its waiting room: one sequence of places and one rate for the whole fleet.
 * It lives beside the gate's state, under the same fence.
 */
export interface WaitingRoom {
  /**
   * Lets `wanted` direct requests through as far as the rate allows. Whoever waits goes first: while anybody does, none is granted.
   * `ratePerSecond` null admits everybody, 0 nobody (see admissionRateAt). Also moves `admittedUpTo` on; `wanted` 0 only does that.
   * `now` is the caller's: a room that several servers share goes by a clock of its own.
   */
  admit(
    saleId: SaleId,
    epoch: Epoch,
    ratePerSecond: number | null,
    wanted: number,
    now: Instant,
  ): Promise<{ readonly kind: 'admitted'; readonly granted: number; readonly progress: RoomProgress } | Rebuilding>;
  /** The next place of the sequence. */
  takePlace(saleId: SaleId, epoch: Epoch): Promise<{ readonly kind: 'place'; readonly place: Place } | Rebuilding>;
}
