import type { Epoch, OrderId, SaleId } from '../domain/ids.ts';
import type { DeadLetter, HeldOrders, LedgerOrder, PendingRelease } from '../domain/ledger-facts.ts';
import type { OrderRecord, OrderState } from '../domain/order.ts';
import type { Lease } from './lease.ts';
import type { EpochMarker } from './order-log.ts';

/** What a consumer hands to the ledger: consecutive entries of one partition, poison already taken out. */
export interface RecordBatch {
  readonly groupId: string;
  readonly partition: number;
  readonly entries: readonly (
    | { readonly kind: 'order'; readonly record: OrderRecord }
    | { readonly kind: 'marker'; readonly marker: EpochMarker }
  )[];
  readonly nextOffset: bigint;
}

export type RecordResult =
  /** Committed. `recorded` are new rows; `repeated` were there already; `late` stand behind the marker of a newer epoch. */
  | {
      readonly kind: 'recorded';
      readonly recorded: number;
      readonly repeated: number;
      readonly late: number;
    }
  /** A rule of the ledger would break (a CHECK, a missing product): nothing was written. `rule` names it. */
  | { readonly kind: 'refused'; readonly rule: string };

export type RevokeResult =
  | { readonly kind: 'revoked' }
  /** A rule of the ledger would break: nothing was written. `rule` names it. */
  | { readonly kind: 'refused'; readonly rule: string };

export type TransitionResult =
  | { readonly kind: 'moved'; readonly order: LedgerOrder }
  /** It is in that state already. */
  | { readonly kind: 'already'; readonly order: LedgerOrder }
  /** The state forbids it, or a confirmation came after `expiresAt` (`too_late`). */
  | {
      readonly kind: 'forbidden';
      readonly order: LedgerOrder;
      readonly why: 'state' | 'too_late' | 'confirmation_not_explicit';
    }
  | { readonly kind: 'unknown_order' };

/** Orders, their units and what is still owed to the gate. */
export interface LedgerOrders {
  /**
   * Writes a batch in one transaction: orders, lines, counters, markers and the partition's offset. Transactions of one
   * partition exclude each other, so that a consumer that lost the partition cannot write behind a marker.
   * The recorded position never goes back: a smaller `nextOffset` leaves it.
   * Orders without a deadline are written as confirmed (sold), those with one as accepted (held): what counts is how their
   * sale confirmed when they were held.
   */
  record(batch: RecordBatch): Promise<RecordResult>;
  /**
   * Writes an order that cannot be recorded as `revoked`. It holds no units; `release` also writes a pending release.
   * `refused`: not even that can be written of it (its sale is unknown, a text that cannot be stored).
   */
  revoke(record: OrderRecord, reason: string, options: { readonly release: boolean }): Promise<RevokeResult>;
  /** Keeps a record that could not be read; where its order id and sale are known, the order becomes `revoked`. Once per partition and offset. */
  storeDeadLetter(letter: Omit<DeadLetter, 'id' | 'storedAt'>): Promise<void>;
  deadLetters(limit: number): Promise<readonly DeadLetter[]>;
  deadLetter(id: number): Promise<DeadLetter | null>;
  /** The letter was put back into the log. */
  removeDeadLetter(id: number, actor: string): Promise<void>;

  order(orderId: OrderId): Promise<LedgerOrder | null>;
  /**
   * Moves an order, its units and its history in one transaction. Where the units become free, a pending release is written.
   * Row lock and database clock decide between a confirmation and the hold's deadline.
   */
  transition(
    orderId: OrderId,
    to: Extract<OrderState, 'confirmed' | 'cancelled' | 'refunded'>,
    reason: string,
  ): Promise<TransitionResult>;
  /** Expires up to `limit` accepted orders whose `expiresAt` has passed by the database's clock. Returns them. */
  expireOverdue(limit: number, lease: Lease): Promise<readonly OrderId[]>;
  /** Accepted orders by age, of each sale that has any; by the database's clock. Reads as many rows as there are such orders. */
  heldOrders(): Promise<readonly HeldOrders[]>;
  pendingReleases(saleId: SaleId, limit: number): Promise<readonly PendingRelease[]>;
  /** Forgets releases that the gate acknowledged, if `epoch` is still the sale's newest. */
  acknowledgeReleases(saleId: SaleId, epoch: Epoch, orderIds: readonly OrderId[], lease: Lease): Promise<void>;
}
