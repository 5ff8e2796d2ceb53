import type { Epoch, GateId, OrderId, SaleId } from '../domain/ids.ts';
import type { OrderRecord, RecordBytes } from '../domain/order.ts';
import type { CancelSignal } from './clock.ts';

/** One order to append. The log chooses the partition: copies of one order may stand in different ones. */
export interface LogAppend {
  readonly orderId: OrderId;
  readonly bytes: RecordBytes;
}

/** A marker says: whatever stands behind it in this partition with a lower epoch is late. */
export interface EpochMarker {
  readonly saleId: SaleId;
  readonly gateId: GateId;
  readonly epoch: Epoch;
}

/** One entry as a consumer meets it. `malformed`: the bytes are no order; `orderId` where at least that was readable. */
export type LogEntry =
  | { readonly kind: 'order'; readonly offset: bigint; readonly record: OrderRecord; readonly bytes: RecordBytes }
  | { readonly kind: 'marker'; readonly offset: bigint; readonly marker: EpochMarker }
  | {
      readonly kind: 'malformed';
      readonly offset: bigint;
      readonly orderId: OrderId | null;
      readonly bytes: RecordBytes;
      readonly reason: string;
    };

/** Consecutive entries of one partition. */
export interface LogBatch {
  readonly partition: number;
  readonly entries: readonly LogEntry[];
  /** The offset after the last entry: where the next batch begins. */
  readonly nextOffset: bigint;
}

export interface PartitionLag {
  readonly partition: number;
  /** The offset that the next record will get. */
  readonly end: bigint;
  readonly committed: bigint;
  /** end - committed. */
  readonly lag: bigint;
}

/** The durable, partitioned log of accepted orders. An order is accepted once it is in here. */
export interface OrderLog {
  readonly partitions: number;
  /**
   * Appends all of them, or we do not know: `unknown` means that any part may be in the log, now or later.
   * Bounded by `orderLogLimits.append`. Never throws for a dead log.
   */
  append(
    records: readonly LogAppend[],
    timeoutMs: number,
  ): Promise<{ readonly kind: 'appended' } | { readonly kind: 'unknown'; readonly cause: unknown }>;
  /** Writes the marker to every partition. Writing it twice is the same as once. @throws FluxError `order_log_unreachable` */
  mark(marker: EpochMarker): Promise<void>;
  /**
   * Feeds batches to `onBatch`, a partition's in order, and commits their offset after it resolved; runs until `signal` aborts.
   * Where `onBatch` rejects, the batch comes again after a pause. @throws FluxError `order_log_unreachable` at the start only.
   */
  read(groupId: string, onBatch: (batch: LogBatch) => Promise<void>, signal: CancelSignal): Promise<void>;
  lag(groupId: string): Promise<readonly PartitionLag[]>;
  /** Every entry that is in the log now, a partition after the other, in order. For `verify`; commits nothing. */
  scan(): AsyncIterable<LogBatch>;
}

export const orderLogLimits = {
  /** Records in one append. */
  append: 1_000,
  /** Entries in one batch that a consumer gets. */
  batch: 2_000,
} as const;

/** The consumer group that writes the ledger. */
export const ledgerGroup = 'ledger';

/** How far a ledger has recorded a partition. */
export interface RecordedPosition {
  readonly partition: number;
  readonly nextOffset: bigint;
}

/** Where a group begins to read after it was set back. */
export interface RewoundPartition {
  readonly partition: number;
  /** -1 where it had read nothing. */
  readonly from: bigint;
  readonly to: bigint;
}
