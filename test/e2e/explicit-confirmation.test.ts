import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { type Buyers, buyersOf } from '../support/buyers.ts';
import { eventually } from '../support/eventually.ts';
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
}, 120_000);

afterAll(async () => {
  await buyers?.close();
  await folder?.remove();
});

/** A sale of its own whose orders wait for a confirmation. */
async function explicitSale(saleId: string, sale: { quantity: number; holdSeconds: number; limitPerUser?: number }) {
  const made = await ask(served.url, 'POST', '/sales', {
    saleId,
    state: 'open',
    confirmation: 'explicit',
    holdSeconds: sale.holdSeconds,
    products: [{ productId: 'seat', limitPerUser: sale.limitPerUser ?? null, priceMinor: 1_500, currency: 'EUR' }],
  });
  expect(made.status).toBe(201);
  expect((await ask(served.url, 'POST', '/init', { saleId, productId: 'seat', quantity: sale.quantity })).status).toBe(
    200,
  );
}

async function hold(saleId: string, userId: string, key: string, quantity = 1) {
  const [heard] = await buyers.order([{ saleId, userId, key, lines: [{ productId: 'seat', quantity }] }]);
  if (heard === undefined) throw new Error('no answer');
  return heard;
}

const inventory = async (saleId: string) => (await ask(served.url, 'GET', `/inventory/seat?saleId=${saleId}`)).body;
const stateOf = async (orderId: string | undefined) => (await ask(served.url, 'GET', `/status/${orderId}`)).body.state;

test('holds units until somebody confirms, then counts them as sold', async () => {
  await explicitSale('confirmed', { quantity: 3, holdSeconds: 600 });
  const { orderId } = await hold('confirmed', 'ada', 'a1', 2);
  await eventually('it is recorded as held', async () => (await inventory('confirmed')).held === 2);

  const confirmed = await ask(served.url, 'POST', `/confirm/${orderId}`);
  const again = await ask(served.url, 'POST', `/confirm/${orderId}`);

  expect(confirmed).toMatchObject({ status: 200, body: { orderId, state: 'confirmed' } });
  expect(again).toMatchObject({ status: 200, body: { orderId, state: 'confirmed' } });
  expect(await inventory('confirmed')).toMatchObject({ total: 3, free: 1, held: 0, sold: 2 });
  const { body } = await ask(served.url, 'GET', `/status/${orderId}`);
  expect(body.history.map((event: { state: string }) => event.state)).toEqual(['accepted', 'confirmed']);
  expect(body.lines).toEqual([{ productId: 'seat', quantity: 2, unitPriceMinor: 1_500 }]);
});

test('lets a hold expire that nobody confirms: its units are sold to somebody else', async () => {
  await explicitSale('expired', { quantity: 1, holdSeconds: 1 });
  const first = await hold('expired', 'ada', 'a1');
  expect((await hold('expired', 'bob', 'b1')).outcome).toBe('sold_out');

  await eventually('the unit is free again', async () => (await inventory('expired')).free === 1);

  expect(await stateOf(first.orderId)).toBe('expired');
  expect(await ask(served.url, 'POST', `/confirm/${first.orderId}`)).toMatchObject({ status: 409 });
  const second = await hold('expired', 'bob', 'b2');
  expect(second.outcome).toBe('accepted');
  expect(await ask(served.url, 'POST', `/confirm/${second.orderId}`)).toMatchObject({ status: 200 });
  // The key of the expired order is remembered: it is the same order, not a new one.
  expect(await hold('expired', 'ada', 'a1')).toMatchObject({ outcome: 'duplicate', orderId: first.orderId });
});

test('gives the units of a cancelled hold back, once', async () => {
  await explicitSale('cancelled', { quantity: 2, holdSeconds: 600 });
  const { orderId } = await hold('cancelled', 'ada', 'a1', 2);

  const cancelled = await ask(served.url, 'POST', `/cancel/${orderId}`);
  const again = await ask(served.url, 'POST', `/cancel/${orderId}`);

  expect(cancelled).toMatchObject({ status: 200, body: { orderId, state: 'cancelled' } });
  expect(again).toMatchObject({ status: 200, body: { orderId, state: 'cancelled' } });
  await eventually('the units are free again', async () => (await inventory('cancelled')).free === 2);
  expect(await inventory('cancelled')).toMatchObject({ total: 2, free: 2, held: 0, sold: 0 });
  expect(await ask(served.url, 'POST', `/confirm/${orderId}`)).toMatchObject({
    status: 409,
    body: { code: 'order_state', state: 'cancelled' },
  });
});

test("counts holds against a buyer's limit, and ended ones no more", async () => {
  await explicitSale('limited', { quantity: 10, holdSeconds: 600, limitPerUser: 2 });
  const held = await hold('limited', 'ada', 'a1', 2);
  expect((await hold('limited', 'ada', 'a2')).outcome).toBe('limit_reached');
  expect((await hold('limited', 'bob', 'b1', 3)).outcome).toBe('limit_reached');

  await ask(served.url, 'POST', `/cancel/${held.orderId}`);
  await eventually('the units are free again', async () => (await inventory('limited')).free === 10);

  expect((await hold('limited', 'ada', 'a3', 2)).outcome).toBe('accepted');
});

test('refuses to confirm what confirms itself, and what is unknown', async () => {
  await ask(served.url, 'POST', '/init', { saleId: 'by-itself', productId: 'seat', quantity: 1 });
  const { orderId } = await hold('by-itself', 'ada', 'a1');
  await eventually('it is confirmed', async () => (await stateOf(orderId)) === 'confirmed');

  const unknown = '00000000-0000-8000-8000-000000000000';
  expect(await ask(served.url, 'POST', `/confirm/${unknown}`)).toMatchObject({ status: 404 });
  expect(await ask(served.url, 'POST', `/cancel/${unknown}`)).toMatchObject({ status: 404 });
  expect((await ask(served.url, 'POST', `/confirm/${orderId}`)).status).toBe(409);
  expect(await ask(served.url, 'POST', `/cancel/${orderId}`)).toMatchObject({
    status: 200,
    body: { state: 'cancelled' },
  });
});

test('is proven by verify afterwards', async () => {
  await buyers.write(`${folder.path}/buyers.ndjson`);

  const report = await expectProven(folder.dataDir, [`${folder.path}/buyers.ndjson`]);

  expect(report.books.ledger.byState).toMatchObject({ expired: 1, cancelled: 3 });
});
