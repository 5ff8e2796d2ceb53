import { readFileSync } from 'node:fs';
import avro, { type Schema } from 'avsc';
import { describe, expect, it } from 'vitest';
import { createAvroRecordCodec, maxRecordBytes } from '../../../../src/adapters/kafka/avro-record-codec.ts';
import { avroFingerprint } from '../../../../src/adapters/kafka/avro-single-object.ts';
import { aRecord } from '../../../builders/a-record.ts';
import { instant, key, orderId, passId, productId, userId } from '../../../builders/ids.ts';

const codec = createAvroRecordCodec();
const { record } = aRecord(7)
  .of(2, 'ticket')
  .of(1, 'plätze')
  .with({ holdUntil: instant(5), passId: passId('nonce') });
const written = Buffer.from(codec.encode(record));
const headerBytes = 10;
const malformed = expect.objectContaining({ code: 'record_malformed' });

interface AvroRecord {
  readonly type: 'record';
  readonly name: string;
  readonly namespace: string;
  readonly fields: readonly { readonly name: string; readonly type: unknown; readonly default?: unknown }[];
}

const schemaPath = new URL('../../../../src/adapters/kafka/schemas/order-record.v1.avsc', import.meta.url);
const v1: AvroRecord = JSON.parse(readFileSync(schemaPath, 'utf8')); // our own file
/** What a next version might be: a field more, and one whose type has grown. */
const v2: AvroRecord = {
  ...v1,
  fields: [
    ...v1.fields.map((field) => (field.name === 'gateId' ? { ...field, default: 'main' } : field)),
    { name: 'channel', type: ['null', 'string'], default: null },
    { name: 'tags', type: { type: 'array', items: 'string' }, default: [] },
  ],
};
const asSchema = (schema: AvroRecord): Schema => JSON.parse(JSON.stringify(schema)); // avsc's type wants mutable arrays

describe('the Avro record codec', () => {
  it('reads every field as it was written, and prices that are too large for a float', () => {
    const dear = {
      ...record,
      lines: record.lines.map((line) => ({ ...line, unitPriceMinor: 999_999_999_999_999_999n })),
    };

    expect(codec.decode(written)).toEqual(record);
    expect(codec.decode(codec.encode(dear))).toEqual(dear);
    expect(codec.decode(codec.encode(aRecord(8).record))).toEqual(aRecord(8).record);
  });

  it('writes what version 1 writes, so that topics of today stay readable', () => {
    expect(written.toString('hex')).toBe(
      'c3010a7a234478a8cda4000000000000800080000000000000070873616c65086d61696e020c757365722d370a6b65792d37' +
        '0000000000000000000000000000000704' +
        '0c7469636b657404d00f0e706cc3a4747a6502d00f' +
        '00064555528ea0d5edee66020a020a6e6f6e6365',
    );
  });

  it('makes fingerprints as the Avro specification does', () => {
    // Two of the test vectors that come with Avro (share/test/data/schema-tests.txt).
    expect(avroFingerprint('"null"')).toBe(7_195_948_357_588_979_594n);
    expect(BigInt.asIntN(64, avroFingerprint('"boolean"'))).toBe(-6_970_731_678_124_411_036n);
  });

  it('can be read by any Avro implementation with the schema file', () => {
    const plain = avro.Type.forSchema(asSchema(v1));

    const read: unknown = plain.fromBuffer(written.subarray(headerBytes));

    expect(read).toMatchObject({ saleId: 'sale', lines: [{ unitPriceMinor: 1_000 }, { productId: 'plätze' }] });
  });

  it('takes the largest record that the ids allow', () => {
    const lines = Array.from({ length: 20 }, (_, n) => ({
      productId: productId(String.fromCharCode(0x4e00 + n).repeat(100)),
      quantity: 1_000_000,
      unitPriceMinor: 999_999_999_999_999_999n,
    }));
    const largest = { ...record, lines, userId: userId('\u4e00'.repeat(128)), idempotencyKey: key('k'.repeat(255)) };

    expect(codec.decode(codec.encode(largest))).toEqual(largest);
  });

  it('does not write a record that it would not read', () => {
    const huge = { ...record, userId: userId('u'.repeat(maxRecordBytes)) };

    expect(() => codec.encode(huge)).toThrow(malformed);
  });
});

describe('the Avro record codec, over versions', () => {
  const today = createAvroRecordCodec({ own: asSchema(v1), others: [asSchema(v2)] });
  const tomorrow = createAvroRecordCodec({ own: asSchema(v2), others: [asSchema(v1)] });

  /** A record as tomorrow's program writes it. */
  function writtenTomorrow(): Buffer {
    const type = avro.Type.forSchema(asSchema(v2));
    const plain: object = avro.Type.forSchema(asSchema(v1)).fromBuffer(written.subarray(headerBytes));
    const header = Buffer.alloc(headerBytes);
    header.writeUInt16BE(0xc301);
    header.writeBigUInt64LE(avroFingerprint(JSON.stringify(type.schema())), 2);
    return Buffer.concat([header, type.toBuffer({ ...plain, channel: 'app', tags: ['a', 'b'] })]);
  }

  it('reads the records of the version before', () => {
    expect(tomorrow.decode(written)).toEqual(record);
  });

  it('reads the records of the next version once it knows its schema, as long as both are in use', () => {
    expect(today.decode(writtenTomorrow())).toEqual(record);
  });

  it('refuses a version that it does not know by the fingerprint, and finds the order id in it', () => {
    expect(() => codec.decode(writtenTomorrow())).toThrow(/schema that is not known here: [0-9a-f]{16}/);
    expect(codec.orderIdIn(writtenTomorrow())).toBe(orderId(7));
  });
});

describe('the Avro record codec, with bytes that are no order', () => {
  /** The record with some bytes set otherwise, from a place of its value on. */
  function changed(at: number, ...bytes: readonly number[]): Buffer {
    const copy = Buffer.from(written);
    copy.set(bytes, headerBytes + at);
    return copy;
  }
  const linesAt = written.indexOf('ticket') - 2 - headerBytes;

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['the mark alone', written.subarray(0, 2)],
    ['no value', written.subarray(0, headerBytes)],
    ['a value that is cut off', written.subarray(0, -1)],
    ['a byte too many', Buffer.concat([written, Buffer.of(0)])],
    ['JSON', Buffer.from('{"v":1}')],
    ['another mark', Buffer.concat([Buffer.of(0xc3, 0x02), written.subarray(2)])],
    ['an order id that is none', changed(6, 0x40)],
    ['a sale id with a brace', changed(17, 0x7b)],
    ['no lines', changed(linesAt, 0)],
    ['a product twice', Buffer.from(codec.encode({ ...record, lines: [...record.lines, ...record.lines] }))],
    [
      'quantity 0',
      Buffer.from(codec.encode({ ...record, lines: [{ productId: productId('a'), quantity: 0, unitPriceMinor: 1n }] })),
    ],
    [
      'a negative price',
      Buffer.from(
        codec.encode({ ...record, lines: [{ productId: productId('a'), quantity: 1, unitPriceMinor: -1n }] }),
      ),
    ],
    ['a currency in lower case', Buffer.from(codec.encode({ ...record, currency: 'eur' }))],
    ['an empty pass', Buffer.from(codec.encode({ ...record, passId: passId('') }))],
    ['a moment before all others', Buffer.from(codec.encode({ ...record, acceptedAt: instant(-1) }))],
    ['too many bytes', Buffer.concat([written, Buffer.alloc(maxRecordBytes)])],
  ])('refuses %s', (_what, bytes) => {
    expect(() => codec.decode(bytes)).toThrow(malformed);
  });

  it('gives up at once where a count promises more lines than there are bytes', () => {
    // 2^49 lines: avsc's own array would read on for weeks.
    const poison = changed(linesAt, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02);

    expect(() => codec.decode(poison)).toThrow(/more than 20 lines/);
    // The same in an array that a reader of version 1 skips.
    const tags = Buffer.concat([
      Buffer.of(0xc3, 0x01),
      fingerprintOf(v2),
      written.subarray(headerBytes),
      Buffer.of(0),
      Buffer.alloc(7, 0x80),
      Buffer.of(2),
    ]);
    expect(() => createAvroRecordCodec({ own: asSchema(v1), others: [asSchema(v2)] }).decode(tags)).toThrow(
      /more than 20/,
    );
  });

  function fingerprintOf(schema: AvroRecord): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(avroFingerprint(JSON.stringify(avro.Type.forSchema(asSchema(schema)).schema())));
    return bytes;
  }

  it('finds the order id in bytes that it refuses, and none where there is none', () => {
    expect(codec.orderIdIn(changed(linesAt, 0))).toBe(orderId(7));
    expect(codec.orderIdIn(written.subarray(0, 26))).toBe(orderId(7));
    expect(codec.orderIdIn(written.subarray(0, 25))).toBeNull();
    expect(codec.orderIdIn(changed(6, 0x40))).toBeNull();
    expect(codec.orderIdIn(Buffer.from('{"id":"00000000-0000-8000-8000-000000000007"}'))).toBeNull();
    expect(codec.orderIdIn(new Uint8Array(0))).toBeNull();
  });
});
