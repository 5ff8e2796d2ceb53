import { describe, expect, it } from 'vitest';
import { jsonRecordCodec } from '../../../../src/adapters/node/json-record-codec.ts';
import { aRecord } from '../../../builders/a-record.ts';
import { instant, orderId, passId } from '../../../builders/ids.ts';

const { record } = aRecord(7)
  .of(2, 'ticket')
  .of(1, 'plätze')
  .with({ holdUntil: instant(5), passId: passId('nonce') });

/** The record's JSON with some fields set otherwise; undefined takes a field away. */
function changed(fields: Readonly<Record<string, unknown>>): Uint8Array {
  const written: unknown = JSON.parse(Buffer.from(jsonRecordCodec.encode(record)).toString('utf8'));
  return Buffer.from(JSON.stringify(Object.assign(Object(written), fields)), 'utf8');
}

const malformed = expect.objectContaining({ code: 'record_malformed' });

describe('the JSON record codec', () => {
  it('writes what stands in version 1, so that logs of today stay readable', () => {
    const text =
      '{"v":1,"id":"00000000-0000-8000-8000-000000000007","sale":"sale","gate":"main","epoch":1,"user":"user-7","key":"key-7",' +
      '"hash":"00000000000000000000000000000007","lines":[["ticket",2,"1000"],["plätze",1,"1000"]],"cur":"EUR",' +
      '"at":1767225600007,"until":5,"pass":"nonce"}';

    expect(Buffer.from(jsonRecordCodec.encode(record)).toString('utf8')).toBe(text);
    expect(jsonRecordCodec.decode(Buffer.from(text, 'utf8'))).toEqual(record);
  });

  it('keeps prices that are too large for a float', () => {
    const dear = {
      ...record,
      lines: record.lines.map((line) => ({ ...line, unitPriceMinor: 9_007_199_254_740_993n })),
    };

    expect(jsonRecordCodec.decode(jsonRecordCodec.encode(dear))).toEqual(dear);
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['a version of tomorrow', { v: 2 }],
    ['no version', { v: undefined }],
    ['an unknown field', { discount: 5 }],
    ['a missing field', { user: undefined }],
    ['an order id that is none', { id: '00000000-0000-4000-8000-000000000007' }],
    ['an order id in upper case', { id: '0000000A-0000-8000-8000-000000000007' }],
    ['a sale id with a brace', { sale: 'a}b' }],
    ['a gate that is no text', { gate: 1 }],
    ['epoch 0', { epoch: 0 }],
    ['an epoch with a fraction', { epoch: 1.5 }],
    ['an epoch that the ledger has no room for', { epoch: 2_147_483_648 }],
    ['a user with a control character', { user: 'a\u0000b' }],
    ['a user with half a surrogate', { user: '\ud800' }],
    ['a key with a space', { key: 'a b' }],
    ['a hash that is too short', { hash: 'ab' }],
    ['no lines', { lines: [] }],
    ['lines that are an object', { lines: {} }],
    ['21 lines', { lines: Array.from({ length: 21 }, (_, n) => [`p${n}`, 1, '1']) }],
    [
      'a product twice',
      {
        lines: [
          ['a', 1, '1'],
          ['a', 2, '1'],
        ],
      },
    ],
    ['a line that is too long', { lines: [['a', 1, '1', '1']] }],
    ['quantity 0', { lines: [['a', 0, '1']] }],
    ['a negative quantity', { lines: [['a', -1, '1']] }],
    ['a quantity as text', { lines: [['a', '1', '1']] }],
    ['a quantity beyond the limit', { lines: [['a', 1_000_001, '1']] }],
    ['a negative price', { lines: [['a', 1, '-1']] }],
    ['a price as a number', { lines: [['a', 1, 1]] }],
    ['a price that fits no 64 bits', { lines: [['a', 1, '9'.repeat(19)]] }],
    ['a currency in lower case', { cur: 'eur' }],
    ['a moment that is text', { at: '2026-01-01' }],
    ['a moment beyond all dates', { at: 8_640_000_000_000_001 }],
    ['a deadline with a fraction', { until: 0.5 }],
    ['an empty pass', { pass: '' }],
  ])('refuses %s', (_what, fields) => {
    expect(() => jsonRecordCodec.decode(changed(fields))).toThrow(malformed);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['an array', Buffer.from('[]')],
    ['null', Buffer.from('null')],
    ['text that is no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), jsonRecordCodec.encode(record)])],
    ['a prototype in disguise', Buffer.from('{"__proto__":{"v":1}}')],
  ])('refuses %s', (_what, bytes) => {
    expect(() => jsonRecordCodec.decode(bytes)).toThrow(malformed);
  });

  it('finds the order id in bytes that it refuses', () => {
    expect(jsonRecordCodec.orderIdIn(changed({ user: '' }))).toBe(orderId(7));
    expect(jsonRecordCodec.orderIdIn(jsonRecordCodec.encode(record).subarray(0, 60))).toBe(orderId(7));
  });

  it('finds no order id where there is none', () => {
    expect(jsonRecordCodec.orderIdIn(changed({ id: 'x'.repeat(36) }))).toBeNull();
    expect(jsonRecordCodec.orderIdIn(Buffer.from('{"id":"00000000-0000-4000-8000-000000000007"}'))).toBeNull();
    expect(jsonRecordCodec.orderIdIn(new Uint8Array(0))).toBeNull();
  });
});
