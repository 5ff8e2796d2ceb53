import type { Epoch, GateId, IdempotencyKey, OrderId, PassId, ProductId, RequestHash, SaleId, UserId } from './ids.ts';
import type { Instant } from './time.ts';

/** Product and quantity inside an order. An order has one or more, all or nothing. */
export interface OrderLine {
  readonly productId: ProductId;
  /** Whole units, 1 to `orderLimits.quantity`. */
  readonly quantity: number;
}

/** A line with the price it was held at: fixed then, carried in the record, never looked up again. */
export interface PricedLine extends OrderLine {
  readonly unitPriceMinor: bigint;
}

export const orderLimits = {
  /** A record stays under 8 KB and one hold touches a bounded number of products. */
  lines: 20,
  /** More units than any buyer may want of a scarce thing; keeps sums far below 2^53. */
  quantity: 1_000_000,
} as const;

export const orderStates = ['accepted', 'confirmed', 'expired', 'cancelled', 'refunded', 'revoked'] as const;
export type OrderState = (typeof orderStates)[number];

/** Which of the ledger's counters an order's units stand in. Ended orders hold no units; their id is remembered. */
export type UnitsIn = 'held' | 'sold' | 'none';

export function unitsIn(state: OrderState): UnitsIn {
  if (state === 'accepted') return 'held';
  return state === 'confirmed' ? 'sold' : 'none';
}

export function isEnded(state: OrderState): boolean {
  return unitsIn(state) === 'none';
}

const transitions: Readonly<Record<OrderState, readonly OrderState[]>> = {
  accepted: ['confirmed', 'expired', 'cancelled', 'revoked'],
  confirmed: ['cancelled', 'refunded'],
  expired: [],
  cancelled: [],
  refunded: [],
  revoked: [],
};

/** Whether the ledger may move an order from one state to another (design.md section 2). */
export function mayMove(from: OrderState, to: OrderState): boolean {
  return transitions[from].includes(to);
}

/** 0, 1, 2: no state of an order comes after one of a higher or the same step. */
function stepOf(state: OrderState): number {
  if (state === 'accepted') return 0;
  return state === 'confirmed' ? 1 : 2;
}

/** Whether an order that was in `earlier` may be in `state` by now: for whoever may hear of its states late or twice. */
export function isLaterState(state: OrderState, earlier: OrderState): boolean {
  return stepOf(state) > stepOf(earlier);
}

/** What the order log carries of an accepted order: all that the ledger needs, nothing to be looked up. */
export interface OrderRecord {
  readonly orderId: OrderId;
  readonly saleId: SaleId;
  readonly gateId: GateId;
  /** The epoch of the hold. Whoever appends the record again keeps it. */
  readonly epoch: Epoch;
  readonly userId: UserId;
  readonly idempotencyKey: IdempotencyKey;
  readonly requestHash: RequestHash;
  readonly lines: readonly PricedLine[];
  /** ISO 4217, the same for all lines. */
  readonly currency: string;
  readonly acceptedAt: Instant;
  /** Until when the units wait for a confirmation; null in sales that confirm on record. */
  readonly holdUntil: Instant | null;
  /** The queue pass that this order spent, if it came through the waiting room. */
  readonly passId: PassId | null;
}

/** An encoded OrderRecord (see ports/record-codec.ts). The gate keeps it unread in the outbox. */
export type RecordBytes = Uint8Array;

/**
 * Lines in canonical form: one line a product (quantities added up), ordered by product id in code-unit order.
 * Two bodies are the same order exactly if their canonical lines are equal.
 */
export function canonicalLines(lines: readonly OrderLine[]): readonly OrderLine[] {
  if (lines.length === 1) return lines;
  const quantities = new Map<ProductId, number>();
  for (const line of lines) quantities.set(line.productId, (quantities.get(line.productId) ?? 0) + line.quantity);
  return [...quantities].sort(([a], [b]) => (a < b ? -1 : 1)).map(([productId, quantity]) => ({ productId, quantity }));
}
