import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import type { OrderId, ProductId } from '../../../src/engine/domain/ids.ts';
import type { EngineEvent } from '../../../src/engine/engine.ts';
import { listen } from '../../../src/server/listen.ts';
import { type FakeEngine, fakeEngine, sampleOrderId, sampleSaleId } from '../../support/fake-engine.ts';
import { type RawConnection, rawConnection } from '../../support/raw-http.ts';
import { type TestServerOptions, testServer } from '../../support/test-server.ts';

let app: FastifyInstance;
const open: RawConnection[] = [];
afterEach(async () => {
  for (const { socket } of open.splice(0)) socket.destroy();
  await app?.close();
});

async function eventServer(limits: TestServerOptions['limits'] = {}) {
  const engine: FakeEngine = fakeEngine({ sales: async () => [] });
  app = await testServer({ engine, limits });
  const { port } = await listen(app, { host: '127.0.0.1', port: 0 });
  const reader = async (query = '', headers = '') => {
    const connection = rawConnection(port, `GET /events${query} HTTP/1.1\r\nhost: x\r\n${headers}\r\n`);
    open.push(connection);
    await connection.until(/\r\n\r\n/);
    return connection;
  };
  return { engine, reader };
}

const stock = (free: number): EngineEvent => ({
  kind: 'stock',
  saleId: sampleSaleId,
  productId: 'ticket' as ProductId,
  total: 10,
  free,
});

describe('GET /events', () => {
  it('tells all readers of stock and sales', async () => {
    const { engine, reader } = await eventServer();
    const readers = [await reader(), await reader()];

    engine.publish(stock(9));
    engine.publish({ kind: 'sale', saleId: sampleSaleId, openness: 'paused', gate: 'open' });

    for (const { until } of readers) {
      const text = await until(/event: sale/);
      expect(text).toContain('content-type: text/event-stream');
      expect(text).toContain('event: stock\ndata: {"saleId":"default","productId":"ticket","total":10,"free":9}');
    }
  });

  it('tells of an order only who knows its id', async () => {
    const { engine, reader } = await eventServer();
    const knows = await reader(`?orderId=${sampleOrderId}`);
    const others = [await reader(), await reader('?orderId=1f8fad5b-d9cb-869f-a165-70867728950e')];

    engine.publishOrder(sampleOrderId, 'confirmed');
    engine.publish(stock(1));

    expect(await knows.until(/event: stock/)).toContain(`{"orderId":"${sampleOrderId}","state":"confirmed"}`);
    for (const other of others) expect(await other.until(/event: stock/)).not.toContain('confirmed');
  });

  it('tells the present state of an order at once', async () => {
    const { reader } = await eventServer();

    const knows = await reader(`?orderId=${sampleOrderId}`);

    expect(await knows.until(/event: order/)).toContain(`data: {"orderId":"${sampleOrderId}","state":"accepted"}`);
  });

  it('tells each state of an order once, in order, whatever comes late or twice', async () => {
    const { engine, reader } = await eventServer();
    const knows = await reader(`?orderId=${sampleOrderId}`);
    await knows.until(/"accepted"/);

    for (const state of ['accepted', 'confirmed', 'confirmed', 'cancelled', 'confirmed'] as const)
      engine.publishOrder(sampleOrderId, state);
    engine.publish(stock(1));

    const text = await knows.until(/event: stock/);
    expect([...text.matchAll(/"state":"(\w+)"/g)].map(([, state]) => state)).toEqual([
      'accepted',
      'confirmed',
      'cancelled',
    ]);
  });

  it('watches an order as long as somebody listens', async () => {
    const { engine, reader } = await eventServer();
    const knows = await reader(`?orderId=${sampleOrderId}`);
    await knows.until(/event: order/);
    expect(engine.watchers).toBe(1);

    knows.socket.destroy();

    await expect.poll(() => engine.watchers, { timeout: 5_000 }).toBe(0);
  });

  it('tells the present state of an order to whoever comes back', async () => {
    const { engine, reader } = await eventServer();
    const first = await reader(`?orderId=${sampleOrderId}`);
    engine.publish(stock(9));
    const id = /id: (\S+)\nevent: stock/.exec(await first.until(/"free":9\}/))?.[1];

    const again = await reader(`?orderId=${sampleOrderId}`, `last-event-id: ${id}\r\n`);

    expect(await again.until(/event: order/)).not.toContain('event: stock');
  });

  it('goes on after the last id that a reader has seen', async () => {
    const { engine, reader } = await eventServer();
    const first = await reader();
    for (const free of [9, 8, 7]) engine.publish(stock(free));
    const id = /id: (\S+)\nevent: stock\ndata: [^\n]*"free":8/.exec(await first.until(/"free":7/))?.[1];

    const again = await reader('', `last-event-id: ${id}\r\n`);

    const text = await again.until(/"free":7/);
    expect(text).not.toContain('"free":8');
  });

  it('tells what is now to whoever comes for the first time', async () => {
    const { engine, reader } = await eventServer();
    for (const free of [9, 8, 7]) engine.publish(stock(free));

    const text = await (await reader()).until(/"free":7/);

    expect(text).not.toContain('"free":8');
  });

  it('keeps quiet streams alive', async () => {
    const { reader } = await eventServer({ heartbeatMs: 20 });

    await (await reader()).until(/: heartbeat/);
  });

  it('answers 503 to one reader too many, until another one leaves', async () => {
    const { reader } = await eventServer({ eventClients: 1 });
    const only = await reader();
    await only.until(/retry/);

    expect(await (await reader()).until(/requestId/)).toMatch(/^HTTP\/1\.1 503[\s\S]*overloaded/);
    only.socket.destroy();
    await expect
      .poll(async () => (await reader()).received().startsWith('HTTP/1.1 200'), { timeout: 5_000 })
      .toBe(true);
  });

  it('drops a reader that does not read', async () => {
    const { engine, reader } = await eventServer({ eventBufferBytes: 1_000 });
    const slow = await reader();
    await slow.until(/retry/);
    slow.socket.pause();

    // More than any socket buffer holds.
    for (let n = 0; n < 200_000 && slow.socket.readyState === 'open'; n += 1) engine.publish(stock(n));
    slow.socket.resume();

    await slow.closed;
  });

  it('refuses what is no order id', async () => {
    app = await testServer();

    expect((await app.inject('/events?orderId=x')).statusCode).toBe(400);
  });

  it('lets no order out to whoever guesses wrong', async () => {
    const { engine, reader } = await eventServer();
    const all = await reader();

    engine.publishOrder('secret-id' as OrderId, 'accepted');
    engine.publish(stock(3));

    expect(await all.until(/"free":3/)).not.toContain('secret-id');
  });
});
