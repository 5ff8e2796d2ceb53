import { hash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { FluxError } from '../../../src/engine/domain/flux-error.ts';
import type { TicketOutcome } from '../../../src/engine/engine.ts';
import { fakeEngine, sampleInstant, sampleSaleId } from '../../support/fake-engine.ts';
import { testServer } from '../../support/test-server.ts';

let app: FastifyInstance;
afterEach(() => app?.close());

const admitted: TicketOutcome = {
  kind: 'admitted',
  ticket: 'ticket-text',
  saleId: sampleSaleId,
  pass: 'the-pass',
  passExpiresAt: sampleInstant,
  stockLeft: 3,
  openness: { kind: 'open' },
};

describe('tickets', () => {
  it('are taken and read', async () => {
    app = await testServer();

    const taken = await app.inject({
      method: 'POST',
      url: '/waiting-room/tickets',
      payload: { saleId: 'default', userId: 'ada' },
    });
    const read = await app.inject('/waiting-room/tickets/ticket-text');

    expect([taken.statusCode, read.statusCode]).toEqual([201, 200]);
    expect(read.json()).toEqual({
      status: 'waiting',
      ticket: 'ticket-text',
      saleId: 'default',
      position: 42,
      etaSeconds: { low: 60, high: 180 },
      stockLeft: 60,
      openness: 'open',
      opensAt: null,
      pollAfterMs: 2000,
    });
  });

  it('may be as long as signed texts are', async () => {
    app = await testServer();

    expect((await app.inject(`/waiting-room/tickets/${'t'.repeat(1_000)}`)).statusCode).toBe(200);
  });

  it.each([{}, { saleId: 'default' }, { saleId: 'default', userId: '' }, { saleId: '/', userId: 'a' }])(
    'are not taken with %j',
    async (payload) => {
      app = await testServer();

      expect((await app.inject({ method: 'POST', url: '/waiting-room/tickets', payload })).statusCode).toBe(400);
    },
  );
});

describe('the page', () => {
  it('asks who is there, then offers a place, then goes on with a ticket in its address', async () => {
    app = await testServer();

    const ask = await app.inject('/waiting-room');
    const join = await app.inject('/waiting-room?userId=ada&productId=ticket');
    const taken = await app.inject('/waiting-room?userId=ada&productId=ticket&quantity=2&join=1');
    const waiting = await app.inject(String(taken.headers.location));

    expect(ask.body).toContain('name="userId"');
    expect(join.body).toContain('data-state="join"');
    expect(taken.statusCode).toBe(303);
    expect(taken.headers.location).toBe(
      '/waiting-room?saleId=default&userId=ada&productId=ticket&quantity=2&ticket=ticket-text',
    );
    expect(waiting.body).toContain('>42</b>');
    expect(waiting.body).toContain('1 to 3 minutes');
  });

  it('goes on from where POST /order leads', async () => {
    app = await testServer({
      engine: fakeEngine({ placeOrder: async () => ({ kind: 'not_admitted', saleId: sampleSaleId }) }),
    });
    const order = await app.inject({
      method: 'POST',
      url: '/order',
      headers: { 'x-idempotency-key': 'k' },
      payload: { productId: 'ü & "x"', userId: 'ada' },
    });

    const page = await app.inject(String(order.headers.location));

    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('value="ü &amp; &quot;x&quot;"');
  });

  it('hands over the pass and an order button when the turn has come', async () => {
    app = await testServer({ engine: fakeEngine({ readTicket: async () => admitted }) });

    const { body } = await app.inject('/waiting-room?userId=ada&productId=ticket&quantity=2&ticket=t');

    expect(body).toContain('Order 2 × ticket');
    expect(body).toContain('data-pass="the-pass"');
  });

  it('allows its own style and script by their hashes and nothing else', async () => {
    app = await testServer();

    const { body, headers } = await app.inject('/waiting-room');

    const policy = String(headers['content-security-policy']);
    const style = /<style>([\s\S]*?)<\/style>/.exec(body)?.[1] ?? '';
    const script = /<script type="module">([\s\S]*?)<\/script>/.exec(body)?.[1] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`style-src 'sha256-${hash('sha256', style, 'base64')}'`);
    expect(policy).toContain(`script-src 'sha256-${hash('sha256', script, 'base64')}'`);
    expect(policy).not.toContain('unsafe');
    expect(() => new Function(`return async () => {${script}}`)).not.toThrow();
  });

  it.each([
    ['503 while nothing can be read', new FluxError('gate_unreachable', 'x'), 503, 'busy'],
    ['404 where there is no such sale', { kind: 'unknown_sale' } as const, 404, 'unknown_sale'],
    ['200 while the gate is rebuilding', { kind: 'rebuilding' } as const, 200, 'rebuilding'],
    ['200 with a new place to take for a forged ticket', { kind: 'refused', why: 'forged' } as const, 200, 'refused'],
  ])('answers %s', async (_what, outcome, status, state) => {
    const readTicket = async (): Promise<TicketOutcome> => {
      if (outcome instanceof Error) throw outcome;
      return outcome;
    };
    app = await testServer({ engine: fakeEngine({ readTicket }) });

    const answer = await app.inject('/waiting-room?userId=ada&ticket=t');

    expect(answer.statusCode).toBe(status);
    expect(answer.body).toContain(`data-state="${state}"`);
  });

  it('tells people something by the deadline', async () => {
    app = await testServer({
      engine: fakeEngine({ readTicket: () => new Promise(() => {}) }),
      settings: { requestTimeoutMs: 50 },
    });

    const answer = await app.inject('/waiting-room?userId=ada&ticket=t');

    expect([answer.statusCode, answer.headers['content-type']]).toEqual([503, 'text/html; charset=utf-8']);
  });

  it.each(['saleId=%7B', 'quantity=0', 'userId=%00', 'ticket=', 'userId=a&userId=b'])(
    'says that an address is damaged: %s',
    async (query) => {
      app = await testServer();

      const answer = await app.inject(`/waiting-room?${query}`);

      expect([answer.statusCode, answer.headers['content-type']]).toEqual([400, 'text/html; charset=utf-8']);
    },
  );

  it('refreshes with its changing part alone', async () => {
    app = await testServer();

    const { body } = await app.inject('/waiting-room?userId=ada&ticket=t&part=room');

    expect(body).toMatch(/^<section [\s\S]*<\/section>$/);
    expect(body).not.toContain('<style>');
  });
});
