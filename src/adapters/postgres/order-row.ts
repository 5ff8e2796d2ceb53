import type { Epoch, IdempotencyKey, OrderId, ProductId, SaleId, UserId } from '../../engine/domain/ids.ts';
import type { LedgerOrder, OrderEvent } from '../../engine/domain/ledger-facts.ts';
import type { OrderState, PricedLine } from '../../engine/domain/order.ts';
import { toInstant } from '../../engine/domain/time.ts';

/** An order as read-order.sql and scan-orders.sql return it. Ids were checked before they were written. */
export interface OrderRow {
  readonly order_id: OrderId;
  readonly sale_id: SaleId;
  readonly user_id: UserId;
  readonly idempotency_key: IdempotencyKey;
  readonly state: OrderState;
  readonly epoch: Epoch;
  readonly currency: string;
  readonly confirmed_on_record: boolean;
  readonly accepted_ms: number;
  readonly recorded_ms: number;
  readonly expires_ms: number | null;
}

/** [product id, quantity, unit price in minor units] */
export type LineJson = readonly [ProductId, number, string];
/** [state, at (ms), reason] */
export type EventJson = readonly [OrderState, number, string | null];

export function lineOf([productId, quantity, unitPriceMinor]: LineJson): PricedLine {
  return { productId, quantity, unitPriceMinor: BigInt(unitPriceMinor) };
}

export function eventOf([state, atMs, reason]: EventJson): OrderEvent {
  return { state, at: toInstant(atMs), reason };
}

/** An order in the engine's words: the row tells its first steps, `events` the later ones. */
export function orderOf(row: OrderRow, lines: readonly PricedLine[], events: readonly OrderEvent[]): LedgerOrder {
  const acceptedAt = toInstant(row.accepted_ms);
  const recordedAt = toInstant(row.recorded_ms);
  const accepted: OrderEvent = { state: 'accepted', at: acceptedAt, reason: null };
  const confirmed: OrderEvent = { state: 'confirmed', at: recordedAt, reason: null };
  return {
    orderId: row.order_id,
    saleId: row.sale_id,
    userId: row.user_id,
    idempotencyKey: row.idempotency_key,
    state: row.state,
    epoch: row.epoch,
    lines,
    currency: row.currency,
    acceptedAt,
    recordedAt,
    expiresAt: row.expires_ms === null ? null : toInstant(row.expires_ms),
    history: row.confirmed_on_record ? [accepted, confirmed, ...events] : [accepted, ...events],
  };
}
