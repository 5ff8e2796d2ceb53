import type { Epoch, GateId, IdempotencyKey, OrderId, ProductId, SaleId, ServerId, UserId } from './ids.ts';
import type { OrderState, PricedLine } from './order.ts';
import type { SaleConfig } from './sale.ts';
import type { Instant } from './time.ts';

/** The newest epoch of a sale at a gate. `taken`: a controller is rebuilding; `open`: the gate may be used with it. */
export interface EpochRow {
  readonly saleId: SaleId;
  readonly gateId: GateId;
  readonly epoch: Epoch;
  /** From one counter over all sales; a server reports the highest it has seen. */
  readonly number: number;
  readonly state: 'taken' | 'open';
  /** Why it was taken: `first`, `boot`, `fence_mismatch`, `revoked`, ... */
  readonly reason: string;
}

/** A server that has not stopped in order, as its last renewal left it. */
export interface ServerRow {
  readonly serverId: ServerId;
  /** Of `EpochRow.number`: it lives by this one, or by a newer one. */
  readonly highestNumberSeen: number;
  /** No two renewals have the same. It says nothing of time: clocks of databases are set. */
  readonly renewal: string;
}

/** A sale as every server has to know it. */
export interface SaleView {
  readonly config: SaleConfig;
  /** 64 hex digits. Makes order ids; never shown, never rotated. */
  readonly orderIdSecret: string;
  /** Null before its first epoch was taken. */
  readonly epoch: EpochRow | null;
}

/** The ledger's counters of one product. free = total - held - sold. */
export interface ProductTotals {
  readonly saleId: SaleId;
  readonly productId: ProductId;
  readonly total: number;
  readonly held: number;
  readonly sold: number;
  /** Version of `total` alone: the gate takes a new total only with a newer one. */
  readonly totalVersion: number;
}

/** One step of an order's life. */
export interface OrderEvent {
  readonly state: OrderState;
  readonly at: Instant;
  readonly reason: string | null;
}

/** An order as the ledger has it. */
export interface LedgerOrder {
  readonly orderId: OrderId;
  readonly saleId: SaleId;
  readonly userId: UserId;
  readonly idempotencyKey: IdempotencyKey;
  readonly state: OrderState;
  readonly epoch: Epoch;
  readonly lines: readonly PricedLine[];
  readonly currency: string;
  readonly acceptedAt: Instant;
  readonly recordedAt: Instant;
  readonly expiresAt: Instant | null;
  readonly history: readonly OrderEvent[];
}

/** A release the gate has not acknowledged yet. */
export interface PendingRelease {
  readonly orderId: OrderId;
  readonly saleId: SaleId;
  readonly userId: UserId;
  readonly lines: readonly { readonly productId: ProductId; readonly quantity: number }[];
}

/** A lowering of stock that the gate or the ledger has not finished yet. */
export interface PendingStockChange {
  readonly saleId: SaleId;
  readonly productId: ProductId;
  readonly total: number;
  readonly totalVersion: number;
}

export interface DeadLetter {
  readonly id: number;
  readonly partition: number;
  readonly offset: bigint;
  readonly orderId: OrderId | null;
  readonly saleId: SaleId | null;
  readonly reason: string;
  readonly bytes: Uint8Array;
  readonly storedAt: Instant;
}

/** Bounds of the ages in HeldOrders, in seconds: a hold of ten minutes, the default, goes through the first four. */
export const holdAgeBoundsSeconds = [10, 60, 300, 900, 3_600] as const;

/** The orders of one sale that hold units until they are confirmed, by how long they have. */
export interface HeldOrders {
  readonly saleId: SaleId;
  /** One a bound of holdAgeBoundsSeconds: orders younger than it, and not than the one before. Last those older than all. */
  readonly byAge: readonly number[];
  /** Past their deadline: the controller ends them at its next beat. */
  readonly overdue: number;
  readonly oldestMs: number;
}
