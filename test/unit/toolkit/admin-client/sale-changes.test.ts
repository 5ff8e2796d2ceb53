import { expect, test } from 'vitest';
import { saleChangesFrom } from '../../../../src/toolkit/admin-client/sale-changes.ts';
import { seedFromFlags } from '../../../../src/toolkit/admin-client/seed-plan.ts';

test('flags become a change with only what was named', () => {
  expect(saleChangesFrom({ rate: '500', 'closes-at': 'none', 'opens-at': '2026-11-27T08:00:00+01:00' })).toEqual({
    admissionRate: 500,
    closesAt: null,
    opensAt: '2026-11-27T07:00:00.000Z',
  });
});

test('limits and prices of a product come together, also where its id has an equals sign', () => {
  expect(saleChangesFrom({ limit: ['a=b=2', 'c=none'], price: ['a=b=49.00EUR'] })).toEqual({
    products: [
      { productId: 'a=b', limitPerUser: 2, priceMinor: 4900, currency: 'EUR' },
      { productId: 'c', limitPerUser: null },
    ],
  });
});

test.each([
  ['a rate of nothing', { rate: '0' }, /above 0/],
  ['a rate that is no number', { rate: 'fast' }, /--rate/],
  ['a limit in fractions', { limit: ['a=1.5'] }, /whole units/],
  ['a limit of no product', { limit: ['=1'] }, /PRODUCT=VALUE/],
  ['a price without a currency', { price: ['a=49'] }, /49\.00EUR/],
  ['a price of more decimals than the currency has', { price: ['a=1.005EUR'] }, /amount/],
  ['a time that is none', { 'opens-at': 'soon' }, /--opens-at/],
  ['no change at all', {}, /nothing is to be changed/],
] as const)('refuses %s', (_what, flags, message) => {
  expect(() => saleChangesFrom(flags)).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
  );
});

test('a seed by flags leaves unnamed terms as they are', () => {
  expect(seedFromFlags({ sale: 'default', product: 'ticket', quantity: 5 })).toEqual({
    saleId: 'default',
    changes: {},
    products: [{ productId: 'ticket', quantity: 5 }],
  });
});

test.each([{ sale: 'default' }, { sale: 'default', product: 'ticket' }])(
  'a seed of %j says what is missing',
  (flags) => {
    expect(() => seedFromFlags(flags)).toThrow(expect.objectContaining({ code: 'usage' }));
  },
);
