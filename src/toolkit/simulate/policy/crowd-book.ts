import type { OrderId } from '../../../engine/domain/ids.ts';
import type { HistoryOutcome } from '../../history/history-entry.ts';

/** What became of one buyer, over all his orders. Milliseconds from the moment when the crowd's first might come. */
export interface BuyerStory {
  readonly arrivedMs: number;
  /** The first yes. */
  yesMs: number | null;
  /** The last no: sold out, over the limit, not open. */
  noMs: number | null;
  /** Whether he ever heard where he stands, be it in the waiting room. */
  answered: boolean;
}

/** An order that was accepted. */
export interface AcceptedOrder {
  readonly acceptedMs: number;
  readonly units: number;
}

/** What a crowd heard, written down while it hears it. */
export class CrowdBook {
  readonly buyers = new Map<string, BuyerStory>();
  readonly accepted = new Map<OrderId, AcceptedOrder>();
  /** Requests of all kinds: orders, tickets, looks at tickets, confirmations, cancellations. */
  requests = 0;
  /** Orders whose buyers came to confirm them, and of these the ones whose hold was over by then. */
  confirmed = 0;
  tooLate = 0;

  arrived(userId: string, arrivedMs: number): void {
    if (!this.buyers.has(userId)) this.buyers.set(userId, { arrivedMs, yesMs: null, noMs: null, answered: false });
  }

  heard(userId: string, outcome: HistoryOutcome, nowMs: number): void {
    const buyer = this.buyers.get(userId);
    if (buyer === undefined) return;
    if (!unanswered.has(outcome)) buyer.answered = true;
    if (outcome === 'accepted' || outcome === 'duplicate') buyer.yesMs ??= nowMs;
    if (refusals.has(outcome)) buyer.noMs = nowMs;
  }

  /** The room said that nothing is left. */
  leftTheRoom(userId: string, nowMs: number): void {
    this.heard(userId, 'sold_out', nowMs);
  }
}

const refusals: ReadonlySet<HistoryOutcome> = new Set<HistoryOutcome>(['sold_out', 'limit_reached', 'not_open']);
/** Whoever hears nothing but these knows nothing. */
const unanswered: ReadonlySet<HistoryOutcome> = new Set<HistoryOutcome>([
  ...(['unknown', 'rebuilding', 'overloaded', 'rate_limited'] as const),
  ...(['server_error', 'connection_error', 'timeout', 'aborted'] as const),
]);
