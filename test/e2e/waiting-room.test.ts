import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { type Buyers, buyersOf } from '../support/buyers.ts';
import { eventually } from '../support/eventually.ts';
import { type Served, startServe } from '../support/serve.ts';
import { type ThrowawayFolder, throwawayFolder } from '../support/throwaway-folder.ts';
import { expectProven } from '../support/verdict.ts';

const saleId = 'queued';
const other = 'other-queue';

let folder: ThrowawayFolder;
let served: Served;
let buyers: Buyers;

beforeAll(async () => {
  folder = throwawayFolder();
  served = await startServe(folder.dataDir);
  buyers = buyersOf(served.url);
  for (const id of [saleId, other]) {
    const made = await ask(served.url, 'POST', '/sales', {
      saleId: id,
      state: 'open',
      admissionRate: 5,
      products: [{ productId: 'seat', priceMinor: 1_500, currency: 'EUR' }],
    });
    expect(made.status).toBe(201);
    expect((await ask(served.url, 'POST', '/init', { saleId: id, productId: 'seat', quantity: 500 })).status).toBe(200);
  }
}, 120_000);

afterAll(async () => {
  await buyers?.close();
  await folder?.remove();
});

const wish = (userId: string, key: string) => ({ saleId, userId, key, lines: [{ productId: 'seat', quantity: 1 }] });

async function orderWith(userId: string, key: string, pass: string) {
  return ask(
    served.url,
    'POST',
    '/order',
    { saleId, userId, productId: 'seat' },
    { 'x-idempotency-key': key, 'x-queue-pass': pass },
  );
}

/** Waits in the room as a page would. */
async function passOf(userId: string, sale = saleId): Promise<string> {
  const taken = await ask(served.url, 'POST', '/waiting-room/tickets', { saleId: sale, userId });
  expect(taken.status).toBe(201);
  let now = taken.body;
  await eventually(
    `${userId} is admitted`,
    async () => {
      if (now.status === 'admitted') return true;
      expect(now).toMatchObject({ status: 'waiting', saleId: sale });
      now = (await ask(served.url, 'GET', `/waiting-room/tickets/${encodeURIComponent(now.ticket)}`)).body;
      return now.status === 'admitted';
    },
    60_000,
  );
  return now.pass;
}

test('sends whoever is over the rate to the waiting room, with everything the page needs', async () => {
  const heard = await buyers.order(Array.from({ length: 40 }, (_, n) => wish(`early-${n}`, `early-${n}`)));

  const outcomes = new Set(heard.map((one) => one.outcome));
  expect(outcomes).toEqual(new Set(['accepted', 'waiting']));
  const waiting = heard.filter((one) => one.outcome === 'waiting');
  expect(waiting.length).toBeGreaterThan(20);
  const first = waiting[0];
  const answer = await ask(
    served.url,
    'POST',
    '/order',
    { saleId, userId: first?.userId, productId: 'seat' },
    { 'x-idempotency-key': `${first?.key}` },
  );
  if (answer.status === 302) {
    const location = new URL(answer.headers.get('location') ?? '', served.url);
    expect(location.pathname).toBe('/waiting-room');
    expect(Object.fromEntries(location.searchParams)).toMatchObject({
      saleId,
      userId: first?.userId,
      productId: 'seat',
    });
    const page = await ask(served.url, 'GET', location.pathname + location.search);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
  } else expect(answer.status).toBe(200);
});

test('lets a known key through without queueing', async () => {
  const accepted = buyers.heard.find((one) => one.outcome === 'accepted');
  if (accepted === undefined) throw new Error('nobody was admitted');

  // A burst at the same moment takes every admission there is.
  const [again] = await buyers.order([
    wish(accepted.userId, accepted.key),
    ...Array.from({ length: 20 }, (_, n) => wish(`late-${n}`, `late-${n}`)),
  ]);

  expect(again).toMatchObject({ outcome: 'duplicate', orderId: accepted.orderId });
});

test('admits by ticket, in turn, and takes an order with the pass', async () => {
  const users = ['queue-1', 'queue-2', 'queue-3'];

  const passes = await Promise.all(users.map((userId) => passOf(userId)));

  for (const [n, userId] of users.entries()) {
    expect(await orderWith(userId, `with-pass-${userId}`, passes[n] ?? '')).toMatchObject({
      status: 200,
      body: { status: 'success' },
    });
  }
});

test('refuses a pass that is tampered with, of another buyer, of another sale, or spent by another order', async () => {
  const pass = await passOf('careful');
  const foreign = await passOf('careful', other);
  const middle = Math.floor(pass.length / 2);
  const tampered = `${pass.slice(0, middle)}${pass[middle] === 'A' ? 'B' : 'A'}${pass.slice(middle + 1)}`;

  const refused = [
    await orderWith('careful', 'k-tampered', tampered),
    await orderWith('careful', 'k-garbage', 'not.a.pass'),
    await orderWith('thief', 'k-stolen', pass),
    await orderWith('careful', 'k-foreign', foreign),
  ];

  for (const answer of refused) {
    expect(answer).toMatchObject({ status: 403, body: { status: 'pass_refused', code: expect.any(String) } });
  }
  const first = await orderWith('careful', 'k-good', pass);
  expect(first).toMatchObject({ status: 200, body: { status: 'success' } });
  // The order that spent it may show it again; no other may.
  expect(await orderWith('careful', 'k-good', pass)).toMatchObject({
    status: 200,
    body: { status: 'ignored', orderId: first.body.orderId },
  });
});

test('admits one order only with one pass, however many try it at the same moment', async () => {
  const pass = await passOf('greedy');
  // Nobody is admitted directly while somebody waits.
  for (let n = 0; n < 10; n += 1)
    await ask(served.url, 'POST', '/waiting-room/tickets', { saleId, userId: `crowd-${n}` });

  const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => orderWith('greedy', `greedy-${n}`, pass)));

  expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
  expect(answers.filter((answer) => answer.body.why === 'spent')).toHaveLength(9);
});

test('refuses a ticket that is tampered with or is none', async () => {
  const { body } = await ask(served.url, 'POST', '/waiting-room/tickets', { saleId, userId: 'honest' });
  const tampered = `${body.ticket.slice(0, -1)}${body.ticket.endsWith('A') ? 'B' : 'A'}`;
  const middle = Math.floor(body.ticket.length / 2);
  const changed = `${body.ticket.slice(0, middle)}${body.ticket[middle] === 'x' ? 'y' : 'x'}${body.ticket.slice(middle + 1)}`;
  const pass = await passOf('honest');

  for (const ticket of [changed, 'nonsense', pass]) {
    const answer = await ask(served.url, 'GET', `/waiting-room/tickets/${encodeURIComponent(ticket)}`);
    expect(answer).toMatchObject({ status: 403, body: { status: 'ticket_refused' } });
  }
  expect(tampered).not.toBe(body.ticket);
  // A ticket is no pass.
  expect(await orderWith('honest', 'with-ticket', body.ticket)).toMatchObject({ status: 403 });
});

test('is proven by verify afterwards', async () => {
  await buyers.write(`${folder.path}/buyers.ndjson`);

  await expectProven(folder.dataDir, [`${folder.path}/buyers.ndjson`]);
});
