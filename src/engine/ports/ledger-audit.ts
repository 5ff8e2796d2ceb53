import type { IdempotencyKey, OrderId, ProductId, SaleId, UserId } from '../domain/ids.ts';
import type { LedgerOrder, ProductTotals } from '../domain/ledger-facts.ts';
import type { OrderState } from '../domain/order.ts';
import type { Instant } from '../domain/time.ts';

/** One product, counted twice: by the product's counters and by the lines of its orders. */
export interface ProductAudit extends ProductTotals {
  readonly heldByLines: number;
  readonly soldByLines: number;
}

export interface OrderCounts {
  readonly saleId: SaleId;
  readonly byState: Readonly<Record<OrderState, number>>;
}

/** Readings for `verify`: each is an aggregate or a bounded list, so that memory does not grow with the sale. */
export interface LedgerAudit {
  auditProducts(): Promise<readonly ProductAudit[]>;
  /** `since`: only orders accepted then or later. */
  auditCounts(since?: Instant): Promise<readonly OrderCounts[]>;
  /** Keys with more than one order. */
  auditDuplicateKeys(limit: number): Promise<
    readonly {
      readonly saleId: SaleId;
      readonly userId: UserId;
      readonly key: IdempotencyKey;
      readonly orderIds: readonly OrderId[];
    }[]
  >;
  /** Buyers with more units (held and sold) than the present limit of the product. */
  auditLimits(limit: number): Promise<
    readonly {
      readonly saleId: SaleId;
      readonly userId: UserId;
      readonly productId: ProductId;
      readonly units: number;
      readonly limitPerUser: number;
    }[]
  >;
  /** Accepted orders that should have ended `graceMs` ago. */
  auditOverdue(
    graceMs: number,
    limit: number,
  ): Promise<readonly { readonly orderId: OrderId; readonly expiresAt: Instant }[]>;
  /** Releases that the gate has not acknowledged for `graceMs`. */
  auditStuckReleases(
    graceMs: number,
    limit: number,
  ): Promise<readonly { readonly orderId: OrderId; readonly since: Instant }[]>;
  /** How many of the keys the limits and duplicates checks went over. */
  auditSizes(): Promise<{
    readonly orders: number;
    readonly buyers: number;
    readonly keys: number;
    readonly deadLetters: number;
  }>;
  /** States of the given orders; ids that the ledger does not have are absent. At most 10,000 ids a call. */
  orderStates(orderIds: readonly OrderId[]): Promise<ReadonlyMap<OrderId, OrderState>>;
  /** How far each partition is recorded in the ledger itself. */
  recordedOffsets(groupId: string): Promise<readonly { readonly partition: number; readonly nextOffset: bigint }[]>;
  /** All orders of a sale (or of all sales), oldest first, in pages of at most `pageSize`. */
  scan(saleId: SaleId | null, pageSize: number): AsyncIterable<readonly LedgerOrder[]>;
}
