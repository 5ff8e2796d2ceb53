import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import type { SaleChange } from '../../../src/engine/domain/sale-change.ts';
import type { InitStock, StockRequest } from '../../../src/engine/engine.ts';
import { fakeEngine, sampleOrderId, sampleSale, sampleSaleId } from '../../support/fake-engine.ts';
import { testServer } from '../../support/test-server.ts';

let app: FastifyInstance;
afterEach(() => app?.close());

describe('every answer', () => {
  it.each(['/healthz', '/readyz', '/nothing', '/status/nonsense', '/%', '/waiting-room', '/openapi.json', '/metrics'])(
    'of %s has a request id and is not to be stored',
    async (url) => {
      app = await testServer();

      const { headers } = await app.inject(url);

      expect(headers['cache-control']).toBe('no-store');
      expect(headers['x-request-id']).toMatch(/^[\w-]+$/);
    },
  );

  it('echoes a request id that is harmless and replaces any other', async () => {
    app = await testServer();
    const idFor = async (given: string) =>
      (await app.inject({ url: '/nothing', headers: { 'x-request-id': given } })).json().requestId;

    expect(await idFor('trace-1:a/b')).toBe('trace-1:a/b');
    expect(await idFor('"}<script>')).not.toContain('script');
    expect(await idFor('x'.repeat(65))).not.toContain('x'.repeat(65));
  });

  it.each(['/nothing', '/order', '/status', '/inventory/'])('is a 404 in the one shape at %s', async (url) => {
    app = await testServer();

    const answer = await app.inject(url);

    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.json()).toEqual({
      error: expect.any(String),
      code: expect.stringMatching(/^[a-z_]+$/),
      requestId: answer.headers['x-request-id'],
    });
  });
});

describe('orders', () => {
  it('are shown, cancelled and confirmed by their id', async () => {
    app = await testServer();

    const status = await app.inject(`/status/${sampleOrderId}`);
    const cancelled = await app.inject({ method: 'POST', url: `/cancel/${sampleOrderId}` });
    const confirmed = await app.inject({ method: 'POST', url: `/confirm/${sampleOrderId}` });

    expect(status.json()).toMatchObject({ orderId: sampleOrderId, state: 'accepted', lines: [], history: [] });
    expect(cancelled.json()).toEqual({ orderId: sampleOrderId, state: 'cancelled' });
    expect(confirmed.json()).toEqual({ orderId: sampleOrderId, state: 'confirmed' });
  });

  it('are cancelled also where a client says that its empty body is JSON', async () => {
    app = await testServer();

    const answer = await app.inject({
      method: 'POST',
      url: `/cancel/${sampleOrderId}`,
      headers: { 'content-type': 'application/json' },
    });

    expect(answer.statusCode).toBe(200);
  });

  it.each(['x', sampleOrderId.toUpperCase(), `${sampleOrderId}0`, '0f8fad5b-d9cb-469f-a165-70867728950e'])(
    'are not asked for by %s, which is no order id',
    async (id) => {
      app = await testServer();

      const answers = [
        await app.inject(`/status/${id}`),
        await app.inject({ method: 'POST', url: `/cancel/${id}` }),
        await app.inject({ method: 'POST', url: `/confirm/${id}` }),
      ];

      expect(answers.map((answer) => [answer.statusCode, answer.json().code])).toEqual(
        Array(3).fill([400, 'invalid_request']),
      );
    },
  );
});

describe('stock', () => {
  it('is initialized in the sale default unless another is named; what is left out is left alone', async () => {
    const asked: InitStock[] = [];
    const initStock = async (request: InitStock) => {
      asked.push(request);
      return { kind: 'initialized' as const, saleId: request.saleId, total: 5, free: 5 };
    };
    app = await testServer({ engine: fakeEngine({ initStock }) });

    const plain = await app.inject({ method: 'POST', url: '/init', payload: { productId: 'ticket', quantity: 5 } });
    await app.inject({
      method: 'POST',
      url: '/init',
      payload: { productId: 't', quantity: 0, saleId: 'spring', limitPerUser: null, price: 99_900, currency: 'EUR' },
    });

    expect(plain.json()).toMatchObject({ status: 'ok', msg: 'Stock initialized for ticket to 5' });
    expect(asked).toEqual([
      { saleId: 'default', productId: 'ticket', quantity: 5 },
      { saleId: 'spring', productId: 't', quantity: 0, limitPerUser: null, priceMinor: 99_900n, currency: 'EUR' },
    ]);
  });

  it.each([
    {},
    { productId: 'a' },
    { productId: 'a', quantity: -1 },
    { productId: 'a', quantity: 1.5 },
    { productId: 'a', quantity: 1e300 },
    { productId: 'a', quantity: '5' },
    { productId: 'a\n', quantity: 5 },
    { productId: 'a', quantity: 5, currency: 'euro' },
    { productId: 'a', quantity: 5, price: -1 },
    { productId: 'a', quantity: 5, price: 9.99 },
    { productId: 'a', quantity: 5, limitPerUser: 0 },
    { productId: 'a', quantity: 5, extra: 1 },
  ])('is not initialized by %j', async (payload) => {
    app = await testServer();

    const answer = await app.inject({ method: 'POST', url: '/init', payload });

    expect([answer.statusCode, answer.json().code]).toEqual([400, 'invalid_request']);
  });

  it('is shown by product', async () => {
    app = await testServer();

    const answer = await app.inject('/inventory/ticket?saleId=default');

    expect(answer.json()).toMatchObject({ productId: 'ticket', total: 100, free: 60, held: 0, sold: 40, epoch: 1 });
  });

  it.each([
    [{ productId: 'ticket', by: -3 }, { by: -3 }],
    [{ productId: 'ticket', to: 10 }, { to: 10 }],
  ])('is changed by %j', async (payload, change) => {
    const asked: StockRequest[] = [];
    const changeStock = async (request: StockRequest) => {
      asked.push(request);
      return { kind: 'changed' as const, saleId: request.saleId, productId: request.productId, total: 10, free: 5 };
    };
    app = await testServer({ engine: fakeEngine({ changeStock }) });

    const answer = await app.inject({ method: 'POST', url: '/sales/spring/stock', payload });

    expect(answer.json()).toEqual({ status: 'ok', saleId: 'spring', productId: 'ticket', total: 10, free: 5 });
    expect(asked).toEqual([{ saleId: 'spring', productId: 'ticket', change }]);
  });

  it.each([{ productId: 'ticket' }, { productId: 'ticket', by: 1, to: 1 }, { by: 1 }])(
    'is not changed by %j',
    async (payload) => {
      app = await testServer();

      const answer = await app.inject({ method: 'POST', url: '/sales/spring/stock', payload });

      expect(answer.statusCode).toBe(400);
    },
  );
});

describe('sales', () => {
  it('are listed, shown and 404 where there is none', async () => {
    app = await testServer({ engine: fakeEngine({ sale: async (id) => (id === sampleSaleId ? sampleSale : null) }) });

    expect((await app.inject('/sales')).json().sales).toHaveLength(1);
    expect((await app.inject('/sales/default')).json()).toMatchObject({ saleId: 'default', version: 3, gate: 'open' });
    expect((await app.inject('/sales/none')).statusCode).toBe(404);
  });

  it('are created and changed with instants and prices in the engine own terms', async () => {
    const asked: SaleChange[] = [];
    const save = async (change: SaleChange) => {
      asked.push(change);
      return { kind: 'saved' as const, sale: sampleSale };
    };
    app = await testServer({ engine: fakeEngine({ createSale: save, changeSale: save }) });
    const fields = {
      opensAt: '2026-11-23T09:30:00Z',
      closesAt: null,
      admissionRate: 0.5,
      products: [{ productId: 'ticket', priceMinor: 100, currency: 'EUR', limitPerUser: 1 }],
    };

    const created = await app.inject({ method: 'POST', url: '/sales', payload: { saleId: 'spring', ...fields } });
    const changed = await app.inject({ method: 'PATCH', url: '/sales/spring', payload: { state: 'paused' } });

    expect([created.statusCode, changed.statusCode]).toEqual([201, 200]);
    expect(asked).toEqual([
      {
        saleId: 'spring',
        opensAt: Date.UTC(2026, 10, 23, 9, 30),
        closesAt: null,
        admissionRate: 0.5,
        products: [{ productId: 'ticket', priceMinor: 100n, currency: 'EUR', limitPerUser: 1 }],
      },
      { saleId: 'spring', state: 'paused' },
    ]);
  });

  it.each([
    {},
    { opensAt: 'tomorrow' },
    { opensAt: '2026-13-45T00:00:00Z' },
    { state: 'broken' },
    { holdSeconds: 0 },
    { saleId: 'x' },
  ])('are not changed by %j', async (payload) => {
    app = await testServer();

    expect((await app.inject({ method: 'PATCH', url: '/sales/spring', payload })).statusCode).toBe(400);
  });
});

describe('figures and health', () => {
  it('count answers by outcome, and show large numbers as decimal strings', async () => {
    app = await testServer();
    const headers = { 'x-idempotency-key': 'k' };
    await app.inject({ method: 'POST', url: '/order', headers, payload: { productId: 'a', userId: 'b' } });
    await app.inject({ method: 'POST', url: '/order', payload: { productId: 'a', userId: 'b' } });

    const stats = (await app.inject('/stats')).json();
    const metrics = (await app.inject('/metrics')).body;

    expect(stats.lag[0]).toEqual({
      partition: 0,
      end: '9007199254740993',
      committed: '9007199254740992',
      lag: '1',
    });
    expect(stats.sales[0].ledger.holds.byAge.slice(0, 3)).toEqual([
      { underSeconds: 10, orders: 1 },
      { underSeconds: 60, orders: 2 },
      { underSeconds: 300, orders: 0 },
    ]);
    expect(stats.http.answers[0].recent).toMatchObject({ seconds: 10, count: 1 });
    expect(stats.http.answers).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ route: 'POST /order', outcome: 'accepted', count: 1 }),
        expect.objectContaining({ route: 'POST /order', outcome: 'missing_idempotency_key', count: 1 }),
      ]),
    );
    expect(metrics).toContain('fluxgate_http_answer_seconds_count{route="POST /order",outcome="accepted"} 1');
    expect(metrics).toContain(
      'fluxgate_http_answer_seconds_bucket{route="POST /order",outcome="accepted",le="+Inf"} 1',
    );
  });

  it('tell why the server is not ready', async () => {
    const dependencies = [{ name: 'ledger' as const, ok: false, latencyMs: null, why: 'no answer' }];
    app = await testServer({ engine: fakeEngine({ readiness: async () => ({ ready: false, dependencies }) }) });

    const answer = await app.inject('/readyz');

    expect(answer.statusCode).toBe(503);
    expect(answer.json().dependencies).toEqual(dependencies);
    expect((await app.inject('/healthz')).statusCode).toBe(200);
  });

  it('change the level of the log while the server runs', async () => {
    app = await testServer();

    const answer = await app.inject({ method: 'PUT', url: '/admin/log-level', payload: { level: 'fatal' } });

    expect(answer.json()).toEqual({ level: 'fatal' });
    expect(app.life.log.level).toBe('fatal');
    expect((await app.inject({ method: 'PUT', url: '/admin/log-level', payload: { level: 'loud' } })).statusCode).toBe(
      400,
    );
  });
});
