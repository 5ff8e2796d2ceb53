import { FluxError } from '../../engine/domain/flux-error.ts';
import { type Epoch, type GateId, parseOrderId, parseSaleId } from '../../engine/domain/ids.ts';
import type { EpochMarker, LogEntry } from '../../engine/ports/order-log.ts';
import type { RecordCodec } from '../../engine/ports/record-codec.ts';

/** A row of order_log, as pg gives it. */
export interface OrderLogRow {
  readonly partition: number;
  /** bigint as text. */
  readonly log_offset: string;
  readonly kind: number;
  readonly order_id: string | null;
  readonly record: Buffer;
}

/** An entry of any bytes whatever: what cannot be read is `malformed`, never an exception. */
export function entryOfRow(row: OrderLogRow, codec: RecordCodec): LogEntry {
  const offset = BigInt(row.log_offset);
  const bytes = row.record;
  try {
    return row.kind === markerKind
      ? { kind: 'marker', offset, marker: decodeMarker(bytes) }
      : { kind: 'order', offset, record: codec.decode(bytes), bytes };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const orderId = (row.order_id !== null && parseOrderId(row.order_id)) || codec.orderIdIn(bytes);
    return { kind: 'malformed', offset, orderId, bytes, reason };
  }
}

/** `order_log.kind` of a marker; an order has 0. */
const markerKind = 1;

export function encodeMarker({ saleId, gateId, epoch }: EpochMarker): Buffer {
  return Buffer.from(JSON.stringify({ v: 1, sale: saleId, gate: gateId, epoch }), 'utf8');
}

function decodeMarker(bytes: Buffer): EpochMarker {
  const parsed: unknown = JSON.parse(bytes.toString('utf8'));
  if (typeof parsed === 'object' && parsed !== null && 'v' in parsed && 'sale' in parsed && 'gate' in parsed) {
    const saleId = typeof parsed.sale === 'string' ? parseSaleId(parsed.sale) : undefined;
    const epoch = 'epoch' in parsed ? parsed.epoch : undefined;
    if (parsed.v === 1 && saleId !== undefined && typeof parsed.gate === 'string' && isEpoch(epoch)) {
      return { saleId, gateId: parsed.gate as GateId, epoch }; // whatever text stands there names a gate
    }
  }
  throw new FluxError('record_malformed', 'The marker is not one of a known version');
}

function isEpoch(value: unknown): value is Epoch {
  // Up to what the ledger's column takes: a marker that can be read and not be written would hold its partition for ever.
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= 2_147_483_647;
}
