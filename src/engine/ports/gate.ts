import type { HoldBatch, HoldOutcome } from '../domain/hold.ts';
import type { Epoch, OrderId, PassId, ProductId, RequestHash, SaleId, UserId } from '../domain/ids.ts';
import type { PendingRelease } from '../domain/ledger-facts.ts';
import type { RecordBytes } from '../domain/order.ts';
import type { SaleConfig } from '../domain/sale.ts';
import type { RoomProgress } from '../domain/waiting-room.ts';

/** The fence does not match the caller's epoch: the gate's state is being made anew, nothing was changed. */
export interface Rebuilding {
  readonly kind: 'rebuilding';
}

/** One product at the gate. `free` may be below zero only by a fault. */
export interface GateStock {
  readonly productId: ProductId;
  readonly total: number;
  readonly totalVersion: number;
  readonly free: number;
}

export interface UnsettledOrder {
  readonly orderId: OrderId;
  readonly epoch: Epoch;
  readonly record: RecordBytes;
  /** How long it has been in the outbox. */
  readonly ageMs: number;
}

export type GateLookup =
  | { readonly kind: 'settled' }
  | { readonly kind: 'unsettled' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'absent' }
  | Rebuilding;

/** What a rebuild writes, in pieces of bounded size. Writing a piece twice is the same as once. */
export type SnapshotChunk =
  /** Always the first: wipes all older state of the sale, the outbox included. */
  | {
      readonly kind: 'head';
      readonly config: SaleConfig;
      readonly stock: readonly GateStock[];
      /** Where the waiting room stood at its last checkpoint; null where there is none. See resumeRoom. */
      readonly room: RoomProgress | null;
    }
  | {
      readonly kind: 'orders';
      readonly orders: readonly {
        readonly orderId: OrderId;
        readonly requestHash: RequestHash;
        readonly ended: boolean;
      }[];
    }
  /** Units that a buyer holds of a product, over all orders that have not ended. */
  | {
      readonly kind: 'buyers';
      readonly buyers: readonly { readonly userId: UserId; readonly productId: ProductId; readonly units: number }[];
    }
  | { readonly kind: 'passes'; readonly passes: readonly { readonly passId: PassId; readonly orderId: OrderId }[] };

/**
 * The fast, atomic stock keeper. A cache of a decision: always rebuildable, never the authority.
 *
 * Every call names the epoch that the caller believes in and is safe to repeat. A dead or silent gate makes a call
 * throw FluxError `gate_unreachable`: what became of it is then unknown.
 */
export interface Gate {
  /** Decides the requests in order; one outcome a request. Bounded by `gateLimits.batch`. */
  hold(batch: HoldBatch): Promise<readonly HoldOutcome[]>;
  /** Drops orders from the outbox: they are in the log. Unknown ids do nothing. */
  settle(
    saleId: SaleId,
    epoch: Epoch,
    orderIds: readonly OrderId[],
  ): Promise<{ readonly kind: 'settled' } | Rebuilding>;
  /** Gives units back, once per order id, however often it is asked; the ids stay known as ended. Unknown or ended ids do nothing. */
  release(
    saleId: SaleId,
    epoch: Epoch,
    releases: readonly PendingRelease[],
  ): Promise<{ readonly kind: 'released' } | Rebuilding>;
  /** free += total - the gate's total, only for a newer version. `insufficient`: free would fall below zero, nothing changed. */
  setTotal(
    saleId: SaleId,
    epoch: Epoch,
    product: { readonly productId: ProductId; readonly total: number; readonly totalVersion: number },
  ): Promise<
    { readonly kind: 'applied' | 'not_newer' } | { readonly kind: 'insufficient'; readonly free: number } | Rebuilding
  >;
  /** Takes a configuration of a newer version; an older one does nothing. New products start with total 0, version 0. */
  configure(saleId: SaleId, epoch: Epoch, config: SaleConfig): Promise<{ readonly kind: 'configured' } | Rebuilding>;
  stock(
    saleId: SaleId,
    epoch: Epoch,
  ): Promise<{ readonly kind: 'stock'; readonly products: readonly GateStock[] } | Rebuilding>;
  lookup(saleId: SaleId, epoch: Epoch, orderId: OrderId): Promise<GateLookup>;
  /** Outbox entries at least `olderThanMs` old, oldest first. */
  unsettled(
    saleId: SaleId,
    epoch: Epoch,
    olderThanMs: number,
    limit: number,
  ): Promise<
    { readonly kind: 'unsettled'; readonly orders: readonly UnsettledOrder[]; readonly size: number } | Rebuilding
  >;

  /** What stands at the fence now, whether it matches the primary or not; null where there is none. */
  fence(
    saleId: SaleId,
  ): Promise<{ readonly epoch: Epoch; readonly state: 'building' | 'open'; readonly matches: boolean } | null>;
  /** From here on nothing older than `epoch` holds. Never lowers a fence. */
  raiseFence(saleId: SaleId, epoch: Epoch): Promise<void>;
  /** Begins a rebuild: only over a lower epoch or its own unopened one. `refused`: abandon the attempt. */
  begin(saleId: SaleId, epoch: Epoch): Promise<{ readonly kind: 'begun' } | { readonly kind: 'refused' }>;
  /** Writes one piece; compares the fence as begun. */
  load(
    saleId: SaleId,
    epoch: Epoch,
    chunk: SnapshotChunk,
  ): Promise<{ readonly kind: 'loaded' } | { readonly kind: 'refused' }>;
  /** The last step: from here on the gate holds with this epoch. */
  open(saleId: SaleId, epoch: Epoch): Promise<{ readonly kind: 'opened' } | { readonly kind: 'refused' }>;
}

export const gateLimits = {
  /** Requests in one call: a script of this size stays far under 10 ms. */
  batch: 512,
  /** Rows in one snapshot chunk. */
  chunk: 2_000,
} as const;
