import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonRecordCodec } from '../../../../src/adapters/node/json-record-codec.ts';
import { codeOf } from '../../../../src/engine/domain/flux-error.ts';
import { parseIdempotencyKey, parseProductId, parseSaleId, parseUserId } from '../../../../src/engine/domain/ids.ts';
import type { OrderRecord } from '../../../../src/engine/domain/order.ts';
import { aRecord } from '../../../builders/a-record.ts';

/** Texts that a parser lets in, unicode and all. */
function parsed<Value>(
  parse: (text: string) => Value | undefined,
  texts: fc.Arbitrary<string> = fc.oneof(fc.string({ minLength: 1 }), fc.string({ unit: 'binary', minLength: 1 })),
): fc.Arbitrary<Value> {
  return texts
    .map((text) => parse(text))
    .filter((value) => value !== undefined)
    .map((value) => value as Value); // filter keeps undefined in the type
}

const hex = (digits: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: digits, maxLength: digits });
const orderIds = fc
  .tuple(hex(8), hex(4), hex(3), fc.constantFrom('8', '9', 'a', 'b'), hex(3), hex(12))
  .map(([a, b, c, variant, d, e]) => `${a}-${b}-8${c}-${variant}${d}-${e}`);
const instants = fc.integer({ min: 0, max: 8_640_000_000_000_000 });
const lines = fc.uniqueArray(
  fc.record({
    productId: parsed(parseProductId),
    quantity: fc.integer({ min: 1, max: 1_000_000 }),
    unitPriceMinor: fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }),
  }),
  { minLength: 1, maxLength: 20, selector: ({ productId }) => productId },
);

const records: fc.Arbitrary<OrderRecord> = fc
  .record({
    orderId: orderIds,
    saleId: parsed(parseSaleId, fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/)),
    gateId: fc.constantFrom('main', 'eu-west_1'),
    epoch: fc.integer({ min: 1, max: 2_147_483_647 }),
    userId: parsed(parseUserId),
    idempotencyKey: parsed(parseIdempotencyKey, fc.stringMatching(/^[\x21-\x7e]{1,255}$/)),
    requestHash: hex(32),
    lines,
    currency: fc.stringMatching(/^[A-Z]{3}$/),
    acceptedAt: instants,
    holdUntil: fc.option(instants),
    passId: fc.option(fc.stringMatching(/^[\x21-\x7e]{1,64}$/)),
  })
  .map((record) => record as unknown as OrderRecord); // each field is in the form that its brand wants

describe('the JSON record codec', () => {
  it('reads every record as it was written', () => {
    fc.assert(
      fc.property(records, (record) => {
        expect(jsonRecordCodec.decode(jsonRecordCodec.encode(record))).toEqual(record);
      }),
    );
  });

  it('finds the order id in the first bytes of a record that was cut off', () => {
    fc.assert(
      fc.property(records, fc.nat(), (record, cut) => {
        const bytes = jsonRecordCodec.encode(record);
        const idEnds = '{"v":1,"id":"01234567-0123-8123-8123-0123456789ab"'.length;
        expect(jsonRecordCodec.orderIdIn(bytes.subarray(0, idEnds + (cut % (bytes.length - idEnds))))).toBe(
          record.orderId,
        );
      }),
    );
  });

  it('answers record_malformed, and nothing else, to a record with one byte changed that it does not take', () => {
    const bytes = jsonRecordCodec.encode(aRecord(1).of(2, 'ticket').record);
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 }), (at, value) => {
        const changed = Uint8Array.from(bytes);
        changed[at] = value;
        expectOrderOrMalformed(changed);
      }),
    );
  });

  it('answers record_malformed, and nothing else, to any JSON and any bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          expectOrderOrMalformed(bytes);
          expect(() => jsonRecordCodec.orderIdIn(bytes)).not.toThrow();
        },
      ),
    );
  });
});

function expectOrderOrMalformed(bytes: Uint8Array): void {
  let record: OrderRecord;
  try {
    record = jsonRecordCodec.decode(bytes);
  } catch (error) {
    expect(codeOf(error)).toBe('record_malformed');
    return;
  }
  // What it takes is a record of its own form: written again, it reads the same.
  expect(jsonRecordCodec.decode(jsonRecordCodec.encode(record))).toEqual(record);
}
