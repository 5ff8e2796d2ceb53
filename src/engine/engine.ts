import type {
  ConfigVersion,
  Epoch,
  IdempotencyKey,
  OrderId,
  ProductId,
  SaleId,
  ServerId,
  UserId,
} from './domain/ids.ts';
import type { HeldOrders, LedgerOrder, OrderEvent, ProductTotals } from './domain/ledger-facts.ts';
import type { OrderLine, OrderState } from './domain/order.ts';
import type { PassRefusal } from './domain/room-token.ts';
import type { Openness, SaleConfig } from './domain/sale.ts';
import type { SaleChange } from './domain/sale-change.ts';
import type { Instant } from './domain/time.ts';
import type { GateStock } from './ports/gate.ts';
import type { PartitionLag } from './ports/order-log.ts';

/**
 * What a server, a worker or a command asks of the sale: the flows, wired together. Expected outcomes are values;
 * only a fault of ours is thrown.
 */
export interface Engine {
  placeOrder(order: NewOrder): Promise<PlaceOutcome>;
  orderStatus(orderId: OrderId): Promise<StatusOutcome>;
  cancelOrder(orderId: OrderId): Promise<EndOutcome>;
  confirmOrder(orderId: OrderId): Promise<EndOutcome>;
  inventory(productId: ProductId, saleId: SaleId | null): Promise<InventoryOutcome>;

  /** Makes the free stock of a product exactly `quantity`; creates and opens the sale if need be. */
  initStock(request: InitStock, actor: string): Promise<InitOutcome>;
  sales(): Promise<readonly SaleOverview[]>;
  sale(saleId: SaleId): Promise<SaleOverview | null>;
  createSale(change: SaleChange, actor: string): Promise<SaveOutcome>;
  changeSale(change: SaleChange, actor: string): Promise<SaveOutcome>;
  /** Changes the total by `change` units (or to `total`): up at once, down only as far as free units reach. */
  changeStock(request: StockRequest, actor: string): Promise<StockOutcome>;

  /** A signed place in the waiting room. */
  takeTicket(saleId: SaleId, userId: UserId): Promise<TicketOutcome>;
  readTicket(ticket: string): Promise<TicketOutcome>;

  readiness(): Promise<Readiness>;
  stats(): Promise<EngineStats>;
  /** Calls back on each change of stock or sale state, at most a few times a second per subject. */
  subscribe(listener: (event: EngineEvent) => void): () => void;
  /** Calls back with the order's state in the ledger, and after each change with the newest, whichever process made it. */
  watchOrder(orderId: OrderId, listener: (state: OrderState) => void): () => void;
}

export interface NewOrder {
  /** Null: the one sale in which the products stand. */
  readonly saleId: SaleId | null;
  readonly userId: UserId;
  readonly key: IdempotencyKey;
  readonly lines: readonly OrderLine[];
  /** `x-queue-pass`, unchecked. */
  readonly pass: string | null;
}

export type PlaceOutcome =
  | { readonly kind: 'accepted'; readonly orderId: OrderId }
  | { readonly kind: 'duplicate'; readonly orderId: OrderId }
  | { readonly kind: 'key_reused'; readonly orderId: OrderId }
  | { readonly kind: 'sold_out'; readonly productId: ProductId }
  | { readonly kind: 'over_limit'; readonly productId: ProductId; readonly limitPerUser: number }
  | { readonly kind: 'not_open'; readonly openness: Exclude<Openness, { kind: 'open' }> }
  /** Over the admission rate: to the waiting room of `saleId`. */
  | { readonly kind: 'not_admitted'; readonly saleId: SaleId }
  /** The pass is tampered with, expired, of another sale or user, or spent by another order. */
  | { readonly kind: 'pass_refused'; readonly why: PassRefusal }
  | { readonly kind: 'unknown_product'; readonly productId: ProductId }
  | { readonly kind: 'unknown_sale' }
  | { readonly kind: 'sale_ambiguous'; readonly saleIds: readonly SaleId[] }
  | { readonly kind: 'mixed_currency' }
  /** We cannot say yet whether the order is in the log. The same key is safe. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'rebuilding' }
  | { readonly kind: 'overloaded' };

export type { PassRefusal };

export type StatusOutcome =
  | {
      readonly kind: 'status';
      readonly orderId: OrderId;
      readonly saleId: SaleId;
      readonly state: OrderState;
      /** Null while only the gate knows the order. */
      readonly order: LedgerOrder | null;
      readonly history: readonly OrderEvent[];
    }
  | { readonly kind: 'unknown_order' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'rebuilding' };

/** Of a cancellation or a confirmation; `done` also where it was done before. */
export type EndOutcome =
  | { readonly kind: 'done'; readonly orderId: OrderId; readonly state: OrderState }
  | {
      readonly kind: 'forbidden';
      readonly orderId: OrderId;
      readonly state: OrderState;
      readonly why: 'state' | 'too_late' | 'confirmation_not_explicit';
    }
  | { readonly kind: 'unknown_order' }
  /** Not yet recorded within the request's deadline, or the ledger is away. */
  | { readonly kind: 'unknown' };

export type InventoryOutcome =
  | {
      readonly kind: 'inventory';
      readonly saleId: SaleId;
      readonly productId: ProductId;
      readonly total: number;
      /** At the gate. */
      readonly free: number;
      /** In the ledger. total - free - held - sold is on its way there. */
      readonly held: number;
      readonly sold: number;
      readonly epoch: Epoch;
    }
  | { readonly kind: 'unknown_product' }
  | { readonly kind: 'unknown_sale' }
  | { readonly kind: 'sale_ambiguous'; readonly saleIds: readonly SaleId[] }
  | { readonly kind: 'rebuilding' }
  | { readonly kind: 'unknown' };

export interface InitStock {
  readonly saleId: SaleId;
  readonly productId: ProductId;
  readonly quantity: number;
  readonly limitPerUser?: number | null;
  readonly priceMinor?: bigint;
  readonly currency?: string;
}

export type InitOutcome =
  | { readonly kind: 'initialized'; readonly saleId: SaleId; readonly total: number; readonly free: number }
  | { readonly kind: 'refused'; readonly why: string }
  /** No gate opened in time; `controllerSeen` says whether anybody is there to open it. */
  | { readonly kind: 'rebuilding'; readonly controllerSeen: boolean }
  | { readonly kind: 'unknown' };

export type SaveOutcome =
  | { readonly kind: 'saved'; readonly sale: SaleOverview }
  | { readonly kind: 'exists' }
  | { readonly kind: 'unknown_sale' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unknown' };

export interface StockRequest {
  readonly saleId: SaleId;
  readonly productId: ProductId;
  readonly change: { readonly by: number } | { readonly to: number };
}

export type StockOutcome =
  | {
      readonly kind: 'changed';
      readonly saleId: SaleId;
      readonly productId: ProductId;
      readonly total: number;
      readonly free: number | null;
    }
  /** Written as pending: the controller finishes it. */
  | { readonly kind: 'pending'; readonly saleId: SaleId; readonly productId: ProductId; readonly total: number }
  | { readonly kind: 'unknown_product' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unknown' };

export interface SaleOverview {
  readonly config: SaleConfig;
  readonly openness: Openness;
  readonly epoch: Epoch | null;
  /** Whether the gate takes holds in that epoch, as this process sees it. */
  readonly gate: 'open' | 'rebuilding';
  readonly products: readonly {
    readonly productId: ProductId;
    readonly total: number;
    readonly held: number;
    readonly sold: number;
    /** At the gate; null while it is rebuilding. */
    readonly free: number | null;
  }[];
}

export type TicketOutcome =
  | {
      readonly kind: 'waiting';
      readonly ticket: string;
      readonly saleId: SaleId;
      /** How many are ahead, the buyer included: 1 is next. */
      readonly position: number;
      /** Honest: a range in seconds; null where the sale has no rate or is not open. */
      readonly etaSeconds: { readonly low: number; readonly high: number } | null;
      readonly stockLeft: number;
      readonly openness: Openness;
      readonly pollAfterMs: number;
    }
  | {
      readonly kind: 'admitted';
      readonly ticket: string;
      readonly saleId: SaleId;
      readonly pass: string;
      readonly passExpiresAt: Instant;
      readonly stockLeft: number;
      readonly openness: Openness;
    }
  | { readonly kind: 'refused'; readonly why: PassRefusal }
  | { readonly kind: 'unknown_sale' }
  | { readonly kind: 'rebuilding' };

export interface Readiness {
  readonly ready: boolean;
  readonly dependencies: readonly {
    readonly name: 'ledger' | 'order-log' | 'gate' | 'lease' | 'controller';
    readonly ok: boolean;
    readonly latencyMs: number | null;
    /** Why not. */
    readonly why: string | null;
  }[];
}

export interface EngineStats {
  readonly serverId: ServerId;
  readonly at: Instant;
  readonly controller: { readonly holder: string; readonly here: boolean } | null;
  /** Null while the order log does not answer. */
  readonly lag: readonly PartitionLag[] | null;
  /** What did not answer in time; what was to be read there is null. */
  readonly away: readonly { readonly name: 'ledger' | 'order-log' | 'gate'; readonly why: string }[];
  readonly sales: readonly {
    readonly saleId: SaleId;
    readonly configVersion: ConfigVersion;
    readonly openness: Openness;
    readonly epoch: Epoch | null;
    /** Null while it is rebuilding. */
    readonly gate: {
      readonly products: readonly GateStock[];
      readonly outbox: number;
      readonly oldestUnsettledMs: number;
    } | null;
    /** Null while the ledger does not answer. */
    readonly ledger: {
      readonly products: readonly Omit<ProductTotals, 'saleId' | 'totalVersion'>[];
      readonly held: Omit<HeldOrders, 'saleId'>;
    } | null;
    /** Null while the gate does not answer. */
    readonly waiting: number | null;
  }[];
  readonly queues: { readonly waiting: number; readonly appendsInFlight: number };
  /** Counted since the start, by name (see Counted). */
  readonly counts: Readonly<Record<string, number>>;
}

export type EngineEvent =
  | {
      readonly kind: 'stock';
      readonly saleId: SaleId;
      readonly productId: ProductId;
      readonly total: number;
      readonly free: number;
    }
  | {
      readonly kind: 'sale';
      readonly saleId: SaleId;
      readonly openness: Openness['kind'];
      readonly gate: 'open' | 'rebuilding';
    };
