import type { Schema, Type } from 'avsc';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { writeHex16 } from '../../engine/domain/hex16.ts';
import {
  type Epoch,
  type OrderId,
  parseGateId,
  parseIdempotencyKey,
  parseOrderId,
  parsePassId,
  parseProductId,
  parseRequestHash,
  parseSaleId,
  parseUserId,
} from '../../engine/domain/ids.ts';
import { currencyPattern } from '../../engine/domain/money.ts';
import { type OrderRecord, orderLimits, type PricedLine } from '../../engine/domain/order.ts';
import type { Instant } from '../../engine/domain/time.ts';
import type { RecordCodec } from '../../engine/ports/record-codec.ts';
import {
  asBuffer,
  fingerprintIn,
  schemaFile,
  singleObjectHeader,
  singleObjectHeaderBytes,
} from './avro-single-object.ts';
import { avroTypeOf } from './avro-types.ts';

/**
 * A record of 20 lines with the longest ids in three-byte characters has 7,200 bytes. What is larger was not written by
 * us, and 1,000 of these (an append) have to fit the topic's max.message.bytes.
 */
export const maxRecordBytes = 8_192;
const orderIdBytes = 16;
/** Some 300 records. One that is kept keeps all of it. */
const slabBytes = 64 * 1_024;
/** As in the JSON form: 18 digits fit a signed 64-bit column. */
const maxPriceMinor = 999_999_999_999_999_999n;
/** The last millisecond that a Date can name (ECMA-262, section 21.4.1.1). */
const lastInstantMs = 8_640_000_000_000_000;

/**
 * Orders in Avro. `own` is the schema that this program writes and reads into; `others` are schemas that it meets besides:
 * those of earlier versions, and of the next one while servers and workers are being updated. A new version is first known
 * to all readers, then written.
 */
export function createAvroRecordCodec(
  schemas: { readonly own: Schema; readonly others?: readonly Schema[] } = { own: schemaFile('order-record.v1') },
): RecordCodec {
  const own = avroTypeOf(schemas.own);
  const header = singleObjectHeader(own);
  /** Records stand one behind the other in it: a buffer for each cost more than encoding it. */
  let slab = Buffer.alloc(0);
  let used = 0;
  const readers = new Map([own, ...(schemas.others ?? []).map(avroTypeOf)].map((type) => readerOf(own, type)));

  return {
    encode(record) {
      if (slab.length - used < maxRecordBytes) {
        slab = Buffer.allocUnsafe(slabBytes);
        used = 0;
      }
      slab.set(header, used);
      const end = own.encode(toAvro(record), slab, used + header.length);
      // Negative where it did not fit the slab, by the bytes that were missing.
      const length = (end < 0 ? slab.length - end : end) - used;
      if (length > maxRecordBytes) {
        throw new FluxError('record_malformed', `The record has ${length} bytes, more than ${maxRecordBytes}`);
      }
      const bytes = slab.subarray(used, end);
      used = end;
      return bytes;
    },

    decode(bytes) {
      if (bytes.length > maxRecordBytes) {
        throw new FluxError('record_malformed', `The record has ${bytes.length} bytes, more than ${maxRecordBytes}`);
      }
      const buffer = asBuffer(bytes);
      const fingerprint = fingerprintIn(buffer);
      if (fingerprint === undefined) throw new FluxError('record_malformed', 'The record is no Avro single object');
      const read = readers.get(fingerprint);
      if (read === undefined) {
        const hex = Buffer.from(fingerprint, 'latin1').toString('hex');
        throw new FluxError('record_malformed', `The record was written with a schema that is not known here: ${hex}`);
      }
      return fromAvro(read(buffer.subarray(singleObjectHeaderBytes)));
    },

    orderIdIn(bytes) {
      const buffer = asBuffer(bytes);
      // Whichever schema: each begins with the order id.
      const end = singleObjectHeaderBytes + orderIdBytes;
      if (fingerprintIn(buffer) === undefined || buffer.length < end) return null;
      return orderIdOf(buffer.subarray(singleObjectHeaderBytes, end)) ?? null;
    },
  };
}

/** The fingerprint of a writer's schema, and how its values become values of `own`. */
function readerOf(own: Type, writer: Type): readonly [string, (value: Buffer) => Fields] {
  const resolver = writer === own ? undefined : own.createResolver(writer);
  const fingerprint = fingerprintIn(singleObjectHeader(writer)) ?? '';
  return [
    fingerprint,
    (value) => {
      try {
        return own.fromBuffer(value, resolver) as Fields; // the type says so; every field is checked where it is read
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new FluxError('record_malformed', `The record is not what its schema says: ${why}`, { cause });
      }
    },
  ];
}

/** A record as avsc has it: every name of the schema, and values of its types. */
interface Fields {
  readonly orderId: Buffer;
  readonly saleId: string;
  readonly gateId: string;
  readonly epoch: number;
  readonly userId: string;
  readonly idempotencyKey: string;
  readonly requestHash: Buffer;
  readonly lines: readonly { readonly productId: string; readonly quantity: number; readonly unitPriceMinor: bigint }[];
  readonly currency: string;
  readonly acceptedAt: number;
  readonly holdUntil: number | null;
  readonly passId: string | null;
}

/** Valid until the next call: the two fixed fields are written anew each time. */
function toAvro(record: OrderRecord): Fields {
  writeHex16(record.orderId, fixedOrderId, 0);
  writeHex16(record.requestHash, fixedRequestHash, 0);
  return { ...record, orderId: fixedOrderId, requestHash: fixedRequestHash };
}

const fixedOrderId = Buffer.alloc(16);
const fixedRequestHash = Buffer.alloc(16);

function fromAvro(fields: Fields): OrderRecord {
  return {
    orderId: orderIdOf(fields.orderId) ?? refuse('orderId'),
    saleId: parseSaleId(fields.saleId) ?? refuse('saleId'),
    gateId: parseGateId(fields.gateId) ?? refuse('gateId'),
    epoch: wholeNumber(fields.epoch, 1, Number.MAX_SAFE_INTEGER, 'epoch') as Epoch,
    userId: parseUserId(fields.userId) ?? refuse('userId'),
    idempotencyKey: parseIdempotencyKey(fields.idempotencyKey) ?? refuse('idempotencyKey'),
    requestHash: parseRequestHash(fields.requestHash.toString('hex')) ?? refuse('requestHash'),
    lines: linesOf(fields.lines),
    currency: currencyPattern.test(fields.currency) ? fields.currency : refuse('currency'),
    acceptedAt: wholeNumber(fields.acceptedAt, 0, lastInstantMs, 'acceptedAt') as Instant,
    holdUntil:
      fields.holdUntil === null ? null : (wholeNumber(fields.holdUntil, 0, lastInstantMs, 'holdUntil') as Instant),
    passId: fields.passId === null ? null : (parsePassId(fields.passId) ?? refuse('passId')),
  };
}

function linesOf(lines: Fields['lines']): readonly PricedLine[] {
  if (lines.length < 1) refuse('lines');
  if (new Set(lines.map((line) => line.productId)).size !== lines.length) refuse('lines');
  return lines.map((line) => ({
    productId: parseProductId(line.productId) ?? refuse('productId'),
    quantity: wholeNumber(line.quantity, 1, orderLimits.quantity, 'quantity'),
    unitPriceMinor:
      line.unitPriceMinor >= 0n && line.unitPriceMinor <= maxPriceMinor
        ? line.unitPriceMinor
        : refuse('unitPriceMinor'),
  }));
}

function wholeNumber(value: number, min: number, max: number, field: string): number {
  return Number.isSafeInteger(value) && value >= min && value <= max ? value : refuse(field);
}

function refuse(field: string): never {
  throw new FluxError('record_malformed', `The record's field \`${field}\` is not what it should be`);
}

function orderIdOf(bytes: Buffer): OrderId | undefined {
  const hex = bytes.toString('hex');
  return parseOrderId(
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`,
  );
}
