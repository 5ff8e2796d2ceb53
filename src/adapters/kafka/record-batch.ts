import { crc32c } from '@node-rs/crc32';
import type { LogAppend } from '../../engine/ports/order-log.ts';

/** Of the batch, in front of its records: base offset 8, length 4, leader epoch 4, magic 1, checksum 4, and the fields below. */
const headBytes = 61;
/** Where the checksum stands, and what it covers begins. */
const crcAt = 17;
const summedFrom = 21;
/** What a record has beside key and value at most: three varints of 5 bytes, attributes, time, number of headers. */
const recordHeadBytes = 5 * 4 + 3;
const magic = 2;

/**
 * Some orders as one record batch, uncompressed, key = order id, without headers; all of them of the moment `atMs` (milliseconds
 * since 1970). In one buffer and one pass: kafkajs makes two for every record and copies each six times
 * (docs/decisions/0010-a-record-batch-in-one-pass.md).
 * Source: Kafka documentation, "Message Format" (record batch, magic 2), and KIP-98.
 */
export function encodeRecordBatch(records: readonly LogAppend[], atMs: number): Buffer {
  let mostBytes = headBytes;
  // UTF-16 code units take 3 bytes of UTF-8 at most
  for (const { orderId, bytes } of records) mostBytes += recordHeadBytes + orderId.length * 3 + bytes.length;
  const batch = Buffer.allocUnsafe(mostBytes);
  const end = writeRecords(batch, records);
  batch.writeBigInt64BE(0n, 0); // base offset: the broker gives it
  batch.writeInt32BE(end - 12, 8); // what follows this number
  batch.writeInt32BE(0, 12); // partition leader epoch: the broker's
  batch[16] = magic;
  batch.writeInt16BE(0, 21); // attributes: no compression, time of the producer, no transaction
  batch.writeInt32BE(records.length - 1, 23); // last offset delta
  batch.writeBigInt64BE(BigInt(atMs), 27); // first timestamp
  batch.writeBigInt64BE(BigInt(atMs), 35); // newest timestamp
  batch.writeBigInt64BE(-1n, 43); // producer id: not idempotent (order-log-append.ts says why)
  batch.writeInt16BE(0, 51); // producer epoch
  batch.writeInt32BE(0, 53); // first sequence
  batch.writeInt32BE(records.length, 57);
  batch.writeUInt32BE(crc32c(batch.subarray(summedFrom, end)), crcAt);
  return batch.subarray(0, end);
}

/** Where the last one ends. */
function writeRecords(batch: Buffer, records: readonly LogAppend[]): number {
  let at = headBytes;
  let offsetDelta = 0;
  for (const { orderId, bytes } of records) {
    const keyBytes = Buffer.byteLength(orderId);
    const bodyBytes =
      3 + // attributes, time (0 after the batch's) and number of headers: a byte each
      varintBytes(offsetDelta) +
      varintBytes(keyBytes) +
      keyBytes +
      varintBytes(bytes.length) +
      bytes.length;
    at = writeVarint(batch, bodyBytes, at);
    batch[at++] = 0;
    batch[at++] = 0;
    at = writeVarint(batch, offsetDelta, at);
    at = writeVarint(batch, keyBytes, at);
    at += batch.write(orderId, at);
    at = writeVarint(batch, bytes.length, at);
    batch.set(bytes, at);
    at += bytes.length;
    batch[at++] = 0;
    offsetDelta += 1;
  }
  return at;
}

/** Zigzag, then base 128, as Protocol Buffers' sint32. None of ours is negative or near 2^31. */
function writeVarint(bytes: Buffer, value: number, start: number): number {
  let rest = value << 1;
  let at = start;
  while (rest > 0x7f) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[at++] = rest;
  return at;
}

function varintBytes(value: number): number {
  let rest = value << 1;
  let count = 1;
  while (rest > 0x7f) {
    rest >>>= 7;
    count += 1;
  }
  return count;
}
