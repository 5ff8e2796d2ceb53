import { FluxError } from '../../engine/domain/flux-error.ts';
import type { Epoch, GateId, OrderId, ProductId, SaleId, ServerId } from '../../engine/domain/ids.ts';
import type {
  DeadLetter,
  EpochRow,
  LedgerOrder,
  OrderEvent,
  PendingRelease,
  PendingStockChange,
  ProductTotals,
  SaleView,
  ServerRow,
} from '../../engine/domain/ledger-facts.ts';
import { type OrderRecord, type OrderState, unitsIn } from '../../engine/domain/order.ts';
import type { SaleConfig } from '../../engine/domain/sale.ts';
import type { Instant } from '../../engine/domain/time.ts';
import type { RoomProgress } from '../../engine/domain/waiting-room.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import type { Lease } from '../../engine/ports/ledger.ts';
import type { SigningKey } from '../../engine/ports/ledger-keys.ts';

export interface StoredProduct {
  total: number;
  held: number;
  sold: number;
  totalVersion: number;
  /** A lowering that the gate has not answered yet. */
  pending: PendingStockChange | null;
}

export interface StoredEpoch {
  readonly row: EpochRow;
  /** Why a newer one is wanted: somebody met a wrong fence with this one. */
  readonly reported: string | null;
}

export interface StoredSale {
  config: SaleConfig;
  readonly secret: string;
  readonly products: Map<ProductId, StoredProduct>;
  /** The newest a gate. */
  readonly epochs: Map<GateId, StoredEpoch>;
  /** Where the waiting room stood at its last checkpoint. */
  room: RoomProgress | null;
  hasOrders: boolean;
}

export interface StoredOrder {
  readonly record: OrderRecord;
  state: OrderState;
  readonly recordedAt: Instant;
  readonly expiresAt: Instant | null;
  readonly history: OrderEvent[];
}

/** What the tables of the PostgreSQL ledger hold, as maps. Every method of the ledger is one synchronous body over it. */
export interface LedgerState {
  readonly clock: Clock;
  readonly sales: Map<SaleId, StoredSale>;
  readonly orders: Map<OrderId, StoredOrder>;
  /** The accepted ones of `orders`: what may expire. */
  readonly awaiting: Set<StoredOrder>;
  readonly releases: Map<OrderId, { readonly release: PendingRelease; readonly since: Instant }>;
  /** By partition, then markerKey: the newest epoch marker that its consumer has passed. */
  readonly markers: Map<number, Map<string, Epoch>>;
  /** By consumer group, then partition: how far the ledger itself has recorded. */
  readonly offsets: Map<string, Map<number, bigint>>;
  readonly letters: Map<number, DeadLetter>;
  lastLetterId: number;
  lastEpochNumber: number;
  readonly servers: Map<ServerId, ServerRow & { readonly seenAt: Instant }>;
  lastRenewal: number;
  readonly leases: Map<string, { readonly holder: string; readonly token: number; readonly expiresAt: Instant }>;
  lastToken: number;
  /** Oldest first. */
  signingKeys: readonly SigningKey[];
}

export function createLedgerState(clock: Clock): LedgerState {
  return {
    clock,
    sales: new Map(),
    orders: new Map(),
    awaiting: new Set(),
    releases: new Map(),
    markers: new Map(),
    offsets: new Map(),
    letters: new Map(),
    lastLetterId: 0,
    lastEpochNumber: 0,
    servers: new Map(),
    lastRenewal: 0,
    leases: new Map(),
    lastToken: 0,
    signingKeys: [],
  };
}

/** @throws FluxError `not_found` */
export function saleOf(state: LedgerState, saleId: SaleId): StoredSale {
  const sale = state.sales.get(saleId);
  if (sale === undefined) throw new FluxError('not_found', `The ledger has no sale ${saleId}`);
  return sale;
}

export function productOf(state: LedgerState, saleId: SaleId, productId: ProductId): StoredProduct | undefined {
  return state.sales.get(saleId)?.products.get(productId);
}

/**
 * Compares holder and fencing token, not the expiry: a lease that ran out and that nobody took is still nobody else's.
 * @throws FluxError `lease_lost`
 */
export function assertLease(state: LedgerState, lease: Lease): void {
  const row = state.leases.get(lease.name);
  if (row?.token !== lease.token || row.holder !== lease.holder) {
    throw new FluxError('lease_lost', `The lease ${lease.name} of ${lease.holder} is no longer its own`);
  }
}

/** Moves an order, its units and its history; writes a pending release where units become free. */
export function moveOrder(state: LedgerState, order: StoredOrder, to: OrderState, reason: string): void {
  const now = state.clock.now();
  const from = unitsIn(order.state);
  const into = unitsIn(to);
  for (const { productId, quantity } of order.record.lines) {
    const product = productOf(state, order.record.saleId, productId);
    if (product === undefined) continue;
    if (from !== 'none') product[from] -= quantity;
    if (into !== 'none') product[into] += quantity;
  }
  if (from !== 'none' && into === 'none') addRelease(state, order.record, now);
  order.state = to;
  order.history.push({ state: to, at: now, reason });
  state.awaiting.delete(order);
}

export function addRelease(
  state: LedgerState,
  order: Pick<OrderRecord, 'orderId' | 'saleId' | 'userId' | 'lines'>,
  now: Instant,
): void {
  if (state.releases.has(order.orderId)) return;
  const { orderId, saleId, userId } = order;
  const lines = order.lines.map(({ productId, quantity }) => ({ productId, quantity }));
  state.releases.set(orderId, { release: { orderId, saleId, userId, lines }, since: now });
}

export function viewOfOrder(order: StoredOrder): LedgerOrder {
  const { orderId, saleId, userId, idempotencyKey, epoch, lines, currency, acceptedAt } = order.record;
  return {
    orderId,
    saleId,
    userId,
    idempotencyKey,
    state: order.state,
    epoch,
    lines,
    currency,
    acceptedAt,
    recordedAt: order.recordedAt,
    expiresAt: order.expiresAt,
    history: [...order.history],
  };
}

export function viewOfSale(sale: StoredSale, gateId: GateId): SaleView {
  return { config: sale.config, orderIdSecret: sale.secret, epoch: sale.epochs.get(gateId)?.row ?? null };
}

export function totalsOf(saleId: SaleId, productId: ProductId, product: StoredProduct): ProductTotals {
  const { total, held, sold, totalVersion } = product;
  return { saleId, productId, total, held, sold, totalVersion };
}
