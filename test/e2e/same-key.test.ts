import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { type Buyers, buyersOf } from '../support/buyers.ts';
import { type Served, startServe } from '../support/serve.ts';
import { type ThrowawayFolder, throwawayFolder } from '../support/throwaway-folder.ts';
import { expectProven } from '../support/verdict.ts';

let folder: ThrowawayFolder;
let served: Served;
let buyers: Buyers;

beforeAll(async () => {
  folder = throwawayFolder();
  served = await startServe(folder.dataDir);
  buyers = buyersOf(served.url);
});

afterAll(async () => {
  await buyers?.close();
  await folder?.remove();
});

test('makes one order of 100 parallel requests with one key', async () => {
  await ask(served.url, 'POST', '/init', { productId: 'double', quantity: 50 });
  const wish = { userId: 'ada', key: 'one-key', lines: [{ productId: 'double', quantity: 1 }] };

  const heard = await buyers.order(Array.from({ length: 100 }, () => wish));

  expect(heard.filter((one) => one.outcome === 'accepted')).toHaveLength(1);
  expect(heard.filter((one) => one.outcome === 'duplicate')).toHaveLength(99);
  expect(new Set(heard.map((one) => one.orderId)).size).toBe(1);
  const inventory = await ask(served.url, 'GET', '/inventory/double');
  expect(inventory.body).toMatchObject({ total: 50, free: 49 });
});

test('sells the last unit to one of 1,000 buyers', async () => {
  await ask(served.url, 'POST', '/init', { productId: 'last', quantity: 1 });
  const wishes = Array.from({ length: 1_000 }, (_, n) => ({
    userId: `buyer-${n}`,
    key: `key-${n}`,
    lines: [{ productId: 'last', quantity: 1 }],
  }));

  const heard = await buyers.order(wishes);

  expect(heard.filter((one) => one.outcome === 'accepted')).toHaveLength(1);
  expect(heard.filter((one) => one.outcome === 'sold_out')).toHaveLength(999);
});

test('refuses the same key with another body, and sells nothing for it', async () => {
  await ask(served.url, 'POST', '/init', { productId: 'reused', quantity: 5 });
  const wish = { userId: 'bob', key: 'reused-key', lines: [{ productId: 'reused', quantity: 1 }] };

  const [first] = await buyers.order([wish]);
  const [other] = await buyers.order([{ ...wish, lines: [{ productId: 'reused', quantity: 2 }] }]);
  const [again] = await buyers.order([wish]);

  expect([first?.outcome, other?.outcome, again?.outcome]).toEqual(['accepted', 'key_reused', 'duplicate']);
  expect(again?.orderId).toBe(first?.orderId);
});

test('is proven by verify, with what the buyers heard', async () => {
  const history = `${folder.path}/buyers.ndjson`;
  await buyers.write(history);

  const report = await expectProven(folder.dataDir, [history]);

  expect(report.books.history.ordersHeard).toBe(3);
});
