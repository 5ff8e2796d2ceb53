import type { OrderId } from '../domain/ids.ts';
import type { OrderRecord, RecordBytes } from '../domain/order.ts';

/** How an order is written in the log. One codec a mode; bytes of any earlier version stay readable. */
export interface RecordCodec {
  encode(record: OrderRecord): RecordBytes;
  /** @throws FluxError `record_malformed` where the bytes are no order of a known version. */
  decode(bytes: RecordBytes): OrderRecord;
  /** The order id of bytes that `decode` refused, where at least that can be read. Never throws. */
  orderIdIn(bytes: RecordBytes): OrderId | null;
}
