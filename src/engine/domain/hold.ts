import type { ConfigVersion, Epoch, OrderId, PassId, ProductId, RequestHash, SaleId, UserId } from './ids.ts';
import type { OrderLine, RecordBytes } from './order.ts';
import type { Openness } from './sale.ts';

/** One buyer's wish, as the gate sees it. `lines` are canonical (see canonicalLines). */
export interface HoldRequest {
  readonly orderId: OrderId;
  readonly userId: UserId;
  readonly requestHash: RequestHash;
  readonly lines: readonly OrderLine[];
  /** False where the sale's admission rate was exceeded: only a known key is answered then, or a valid pass. */
  readonly admitted: boolean;
  /** A queue pass whose signature, sale, user and expiry were checked. It admits one order id. */
  readonly passId: PassId | null;
  readonly record: RecordBytes;
}

/** All requests of one event-loop turn for one sale: decided together, in arrival order. */
export interface HoldBatch {
  readonly saleId: SaleId;
  readonly epoch: Epoch;
  readonly configVersion: ConfigVersion;
  readonly requests: readonly HoldRequest[];
}

/** What the gate said to one request. `held` is provisional until the order log has it. */
export type HoldOutcome =
  | { readonly kind: 'held'; readonly orderId: OrderId }
  /** The key is known with the same body (also where the order has ended). */
  | { readonly kind: 'duplicate'; readonly orderId: OrderId; readonly settled: true }
  /** Known, but nobody knows yet whether the log has it: append `record` again, then settle. */
  | { readonly kind: 'duplicate'; readonly orderId: OrderId; readonly settled: false; readonly record: RecordBytes }
  | { readonly kind: 'key_reused'; readonly orderId: OrderId }
  | { readonly kind: 'sold_out'; readonly productId: ProductId }
  | { readonly kind: 'over_limit'; readonly productId: ProductId; readonly limitPerUser: number }
  | { readonly kind: 'not_open'; readonly openness: Exclude<Openness, { kind: 'open' }> }
  | { readonly kind: 'not_admitted' }
  | { readonly kind: 'unknown_product'; readonly productId: ProductId }
  | { readonly kind: 'stale_config'; readonly version: ConfigVersion }
  /** The fence does not match: the gate's state is being made anew. */
  | { readonly kind: 'rebuilding' };
