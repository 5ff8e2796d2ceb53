import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { OrderIndex } from '../../../../src/adapters/memory/order-index.ts';
import type { OrderId } from '../../../../src/engine/domain/ids.ts';
import { orderId } from '../../../builders/ids.ts';

function hashedId(n: number): OrderId {
  const hex = createHash('sha256').update(String(n)).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  ) as OrderId;
}

describe('the order index', () => {
  it.each([
    ['hashed', hashedId],
    ['counted', orderId],
  ])('finds each of 20,000 %s ids, and none that it was not given', (_, id) => {
    const index = new OrderIndex();
    for (let n = 1; n <= 20_000; n += 1) index.set(id(n), n);

    let found = 0;
    for (let n = 1; n <= 20_000; n += 1) if (index.get(id(n)) === n) found += 1;
    let strangers = 0;
    for (let n = 20_001; n <= 30_000; n += 1) strangers += index.get(id(n));

    expect(found).toBe(20_000);
    expect(strangers).toBe(0);
  });

  it('tells ids apart that differ in one digit only', () => {
    const digits = [...orderId(0)].flatMap((char, at) => (char === '-' ? [] : [at]));
    const ids = digits.map((at) => `${orderId(0).slice(0, at)}f${orderId(0).slice(at + 1)}` as OrderId);
    const index = new OrderIndex();

    for (const [at, id] of ids.entries()) index.set(id, at + 1);

    expect(ids.map((id) => index.get(id))).toEqual(ids.map((_, at) => at + 1));
    expect(index.get(orderId(0))).toBe(0);
  });

  it('keeps the newest value of an id', () => {
    const index = new OrderIndex();
    index.set(orderId(1), 5);
    index.set(orderId(1), 4_294_967_295);

    expect(index.get(orderId(1))).toBe(4_294_967_295);
  });

  it('is not changed through its copy', () => {
    const index = new OrderIndex();
    index.set(orderId(1), 5);
    const copy = index.copy();
    copy.set(orderId(1), 6);
    copy.set(orderId(2), 7);

    expect([index.get(orderId(1)), index.get(orderId(2)), copy.get(orderId(1))]).toEqual([5, 0, 6]);
  });

  it.each(['', 'order-1', orderId(1).toUpperCase().replace('8', 'A'), `${orderId(1)}0`, orderId(1).replace('0', 'g')])(
    'refuses what is no order id: %s',
    (text) => {
      expect(() => new OrderIndex().get(text as OrderId)).toThrow(expect.objectContaining({ code: 'fault' }));
    },
  );
});
