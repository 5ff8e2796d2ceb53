import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import type { PlaceOutcome } from '../../../src/engine/engine.ts';
import { fakeEngine, sampleOrderId } from '../../support/fake-engine.ts';
import { fuzzAgainst, openApiOf } from '../../support/fuzz-against.ts';
import { testServer } from '../../support/test-server.ts';

let app: FastifyInstance;
afterEach(() => app?.close());

describe('the OpenAPI document', () => {
  it('describes every answer that any request gets', { timeout: 60_000 }, async () => {
    app = await testServer();

    const sent = await fuzzAgainst(app, { runs: 60 });

    expect(sent).toBeGreaterThan(1_000);
  });

  it('describes the answers to whoever is no admin', { timeout: 60_000 }, async () => {
    app = await testServer({ settings: { adminToken: 'right-token' } });

    await fuzzAgainst(app, { runs: 15 });
    await fuzzAgainst(app, { runs: 15, headers: { authorization: 'Bearer right-token' } });
  });

  it('is version 3.1 and names every route once', async () => {
    app = await testServer();

    const { openapi, paths } = await openApiOf(app);

    const ids = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
    expect(openapi).toBe('3.1.0');
    expect(new Set(ids).size).toBe(ids.length);
    expect(Object.keys(paths).sort()).toMatchInlineSnapshot(`
      [
        "/admin/log-level",
        "/cancel/{orderId}",
        "/confirm/{orderId}",
        "/events",
        "/healthz",
        "/init",
        "/inventory/{productId}",
        "/metrics",
        "/openapi.json",
        "/order",
        "/readyz",
        "/sales",
        "/sales/{saleId}",
        "/sales/{saleId}/stock",
        "/stats",
        "/status/{orderId}",
        "/waiting-room",
        "/waiting-room/tickets",
        "/waiting-room/tickets/{ticket}",
      ]
    `);
  });
});

describe('the fuzzer', () => {
  it('finds a fault', async () => {
    const placeOrder = async (): Promise<PlaceOutcome> => {
      throw new Error('planted');
    };
    app = await testServer({ engine: fakeEngine({ placeOrder }) });

    await expect(fuzzAgainst(app)).rejects.toThrow(/POST \/order/);
  });

  it('finds an answer that the document does not describe', async () => {
    const cancelOrder = async () => ({ kind: 'done' as const, orderId: sampleOrderId, state: 'lost' as never });
    app = await testServer({ engine: fakeEngine({ cancelOrder }) });

    await expect(fuzzAgainst(app)).rejects.toThrow(/POST \/cancel/);
  });
});
