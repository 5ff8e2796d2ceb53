import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { FluxError } from '../../../src/engine/domain/flux-error.ts';
import type { NewOrder, PlaceOutcome } from '../../../src/engine/engine.ts';
import { fakeEngine, sampleOrderId, sampleSaleId } from '../../support/fake-engine.ts';
import { type TestServerOptions, testServer } from '../../support/test-server.ts';

let app: FastifyInstance;
afterEach(() => app?.close());

async function serverWith(outcome: PlaceOutcome, options: TestServerOptions = {}): Promise<NewOrder[]> {
  const seen: NewOrder[] = [];
  const placeOrder = async (order: NewOrder) => {
    seen.push(order);
    return outcome;
  };
  app = await testServer({ engine: fakeEngine({ placeOrder }), ...options });
  return seen;
}

const accepted: PlaceOutcome = { kind: 'accepted', orderId: sampleOrderId };

function order(payload: unknown, more: Partial<InjectOptions> = {}) {
  const { headers, ...rest } = more;
  return app.inject({
    method: 'POST',
    url: '/order',
    headers: { 'x-idempotency-key': 'key-1', 'content-type': 'application/json', ...headers },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    ...rest,
  });
}

describe('POST /order', () => {
  it('accepts a product and makes it one line of quantity 1', async () => {
    const seen = await serverWith(accepted);

    const answer = await order({ productId: 'ticket', userId: 'ada' });

    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ status: 'success', msg: 'Order accepted', orderId: sampleOrderId });
    expect(seen).toEqual([
      { saleId: null, userId: 'ada', key: 'key-1', lines: [{ productId: 'ticket', quantity: 1 }], pass: null },
    ]);
  });

  it('passes lines, sale and queue pass on as they are', async () => {
    const seen = await serverWith(accepted);
    const lines = [
      { productId: 'a', quantity: 2 },
      { productId: 'ü \u{1F3AB}', quantity: 1 },
    ];

    await order({ lines, userId: 'ada', saleId: 'spring' }, { headers: { 'x-queue-pass': 'pass' } });

    expect(seen).toEqual([{ saleId: 'spring', userId: 'ada', key: 'key-1', lines, pass: 'pass' }]);
  });

  it('refuses lines that add up to more of one product than an order may have', async () => {
    const seen = await serverWith(accepted);
    const line = { productId: 'ticket', quantity: 1_000_000 };

    const answer = await order({ lines: [line, { ...line, quantity: 1 }], userId: 'ada' });

    // The record of such an order could be written into the log, and nobody could read it there.
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'invalid_request', error: expect.stringContaining('1000000') });
    expect(seen).toEqual([]);
  });

  it('marks the answer to a repeated key', async () => {
    await serverWith({ kind: 'duplicate', orderId: sampleOrderId });

    const answer = await order({ productId: 'ticket', userId: 'ada' });

    expect(answer.json()).toMatchObject({ status: 'ignored', msg: 'Duplicate request', orderId: sampleOrderId });
    expect(answer.headers['idempotency-replayed']).toBe('true');
  });

  it('sends who is over the admission rate to the waiting room', async () => {
    await serverWith({ kind: 'not_admitted', saleId: sampleSaleId });

    const answer = await order({ productId: 'ticket', userId: 'ada' });

    expect(answer.statusCode).toBe(302);
    expect(answer.headers.location).toBe('/waiting-room?saleId=default&userId=ada&productId=ticket&quantity=1');
  });

  it('wants a key before all else', async () => {
    const seen = await serverWith(accepted);

    const answer = await app.inject({ method: 'POST', url: '/order', payload: { productId: 'ticket', userId: 'ada' } });

    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error: 'Missing Idempotency Key', code: 'missing_idempotency_key' });
    expect(seen).toEqual([]);
  });

  it.each([
    ['of 256 characters', 'k'.repeat(256)],
    ['of 10 KB', 'k'.repeat(10_240)],
    ['with a space', 'a b'],
    ['beyond ASCII', 'kéy'],
  ])('refuses a key %s', async (_what, key) => {
    const seen = await serverWith(accepted);

    const answer = await order({ productId: 'ticket', userId: 'ada' }, { headers: { 'x-idempotency-key': key } });

    expect(answer.statusCode).toBe(400);
    expect(answer.json().code).toBe('invalid_idempotency_key');
    expect(seen).toEqual([]);
  });

  it.each<[string, unknown, number, string]>([
    ['malformed JSON', '{"productId":', 400, 'malformed_json'],
    ['__proto__', '{"productId":"a","userId":"b","__proto__":{"x":1}}', 400, 'malformed_json'],
    [
      'a deep __proto__',
      '{"lines":[{"productId":"a","quantity":1,"__proto__":{}}],"userId":"b"}',
      400,
      'malformed_json',
    ],
    [
      'constructor.prototype',
      '{"productId":"a","userId":"b","constructor":{"prototype":{"x":1}}}',
      400,
      'malformed_json',
    ],
    ['no body', '', 400, 'invalid_request'],
    ['an array', '[]', 400, 'invalid_request'],
    ['null', 'null', 400, 'invalid_request'],
    ['an unknown field', { productId: 'a', userId: 'b', coupon: 'x' }, 400, 'invalid_request'],
    ['neither product nor lines', { userId: 'b' }, 400, 'invalid_request'],
    [
      'product and lines',
      { productId: 'a', lines: [{ productId: 'a', quantity: 1 }], userId: 'b' },
      400,
      'invalid_request',
    ],
    [
      'quantity beside lines',
      { quantity: 2, lines: [{ productId: 'a', quantity: 1 }], userId: 'b' },
      400,
      'invalid_request',
    ],
    ['no lines', { lines: [], userId: 'b' }, 400, 'invalid_request'],
    ['too many lines', { lines: Array(21).fill({ productId: 'a', quantity: 1 }), userId: 'b' }, 400, 'invalid_request'],
    ['no user', { productId: 'a' }, 400, 'invalid_request'],
    ['an empty user', { productId: 'a', userId: '' }, 400, 'invalid_request'],
    ['a number as user', { productId: 'a', userId: 7 }, 400, 'invalid_request'],
    ['a lone surrogate', '{"productId":"a","userId":"\\ud800"}', 400, 'invalid_request'],
    ['a control character', { productId: 'a\u0000', userId: 'b' }, 400, 'invalid_request'],
    ['a long product id', { productId: 'a'.repeat(101), userId: 'b' }, 400, 'invalid_request'],
    ['a bad sale id', { productId: 'a', userId: 'b', saleId: '{x}' }, 400, 'invalid_request'],
    ['quantity 0', { productId: 'a', userId: 'b', quantity: 0 }, 400, 'invalid_request'],
    ['a negative quantity', { productId: 'a', userId: 'b', quantity: -1 }, 400, 'invalid_request'],
    ['a fraction', { productId: 'a', userId: 'b', quantity: 1.5 }, 400, 'invalid_request'],
    ['a huge quantity', '{"productId":"a","userId":"b","quantity":1e308}', 400, 'invalid_request'],
    ['quantity as text', { productId: 'a', userId: 'b', quantity: '1' }, 400, 'invalid_request'],
    ['17 KB', { productId: 'a', userId: 'b'.repeat(17_000) }, 413, 'body_too_large'],
    ['1 MB', { productId: 'a', userId: 'b'.repeat(1_000_000) }, 413, 'body_too_large'],
  ])('refuses a body with %s', async (_what, body, status, code) => {
    const seen = await serverWith(accepted);

    const answer = await order(body);

    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
    expect(answer.json().requestId).toBe(answer.headers['x-request-id']);
    expect(seen).toEqual([]);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'multipart/form-data; boundary=x'])(
    'takes nothing but JSON: %s',
    async (type) => {
      await serverWith(accepted);

      const answer = await order('{"productId":"a","userId":"b"}', { headers: { 'content-type': type } });

      expect([answer.statusCode, answer.json().code]).toEqual([415, 'unsupported_media_type']);
    },
  );

  it('answers 503 unknown when the deadline is over, and once only', async () => {
    let finish = (_outcome: PlaceOutcome) => {};
    const placeOrder = () =>
      new Promise<PlaceOutcome>((resolve) => {
        finish = resolve;
      });
    app = await testServer({ engine: fakeEngine({ placeOrder }), settings: { requestTimeoutMs: 50 } });

    const answer = await order({ productId: 'ticket', userId: 'ada' });
    finish(accepted);

    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ status: 'unknown', code: 'unknown' });
    expect(answer.headers['retry-after']).toBe('1');
  });

  it('answers 503 unknown where a dependency is away, and 500 without a trace for a fault', async () => {
    const faults = [new FluxError('ledger_unreachable', 'PostgreSQL at db.internal'), new TypeError('secret detail')];
    const placeOrder = async (): Promise<PlaceOutcome> => {
      throw faults.shift();
    };
    app = await testServer({ engine: fakeEngine({ placeOrder }) });

    const away = await order({ productId: 'ticket', userId: 'ada' });
    const fault = await order({ productId: 'ticket', userId: 'ada' });

    expect([away.statusCode, away.json().status]).toEqual([503, 'unknown']);
    expect([fault.statusCode, fault.json().code]).toEqual([500, 'fault']);
    expect(away.body + fault.body).not.toMatch(/internal|secret|at /);
  });

  it('slows one user down, and nobody else', async () => {
    const seen = await serverWith(accepted, { settings: { userRate: { ratePerSecond: 0.001, burst: 2 } } });

    const statuses = [];
    for (const userId of ['ada', 'ada', 'ada', 'bob']) {
      statuses.push((await order({ productId: 'ticket', userId })).statusCode);
    }
    const answer = await order({ productId: 'ticket', userId: 'ada' });

    expect(statuses).toEqual([200, 200, 429, 200]);
    expect(answer.json()).toMatchObject({ status: 'rate_limited', code: 'rate_limited' });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(seen).toHaveLength(3);
  });

  it('slows one address down, but never the loopback', async () => {
    await serverWith(accepted, { settings: { addressRate: { ratePerSecond: 0.001, burst: 1 } } });

    const statuses = [];
    for (const remoteAddress of ['203.0.113.1', '203.0.113.1', '203.0.113.2', '127.0.0.1', '127.0.0.1']) {
      statuses.push((await order({ productId: 'ticket', userId: 'ada' }, { remoteAddress })).statusCode);
    }

    expect(statuses).toEqual([200, 429, 200, 200, 200]);
  });

  it('believes a proxy only where it is trusted', async () => {
    const addressRate = { ratePerSecond: 0.001, burst: 1 };
    await serverWith(accepted, { settings: { addressRate, trustProxy: ['10.0.0.0/8'] } });
    const from = (remoteAddress: string, forwarded: string) =>
      order({ productId: 'ticket', userId: 'ada' }, { remoteAddress, headers: { 'x-forwarded-for': forwarded } });

    const trusted = [await from('10.0.0.1', '203.0.113.1'), await from('10.0.0.1', '203.0.113.2')];
    const liar = [await from('198.51.100.1', '203.0.113.8'), await from('198.51.100.1', '203.0.113.9')];

    expect(trusted.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    expect(liar.map(({ statusCode }) => statusCode)).toEqual([200, 429]);
  });
});
