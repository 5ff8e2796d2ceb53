import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import type { PlaceOutcome } from '../../../src/engine/engine.ts';
import { drain } from '../../../src/server/drain.ts';
import { listen } from '../../../src/server/listen.ts';
import { fakeEngine, sampleOrderId } from '../../support/fake-engine.ts';
import { type RawConnection, rawConnection } from '../../support/raw-http.ts';
import { testServer } from '../../support/test-server.ts';

let app: FastifyInstance;
const open: RawConnection[] = [];
afterEach(async () => {
  for (const { socket } of open.splice(0)) socket.destroy();
  await app?.close();
});

const body = '{"productId":"ticket","userId":"ada"}';
const orderText = `POST /order HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nx-idempotency-key: k\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const healthText = 'GET /readyz HTTP/1.1\r\nhost: x\r\n\r\n';

/** A server whose orders wait until `finish` is called. */
async function waitingServer(settings = {}) {
  let finish = (_outcome: PlaceOutcome) => {};
  let arrived = () => {};
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const placeOrder = () =>
    new Promise<PlaceOutcome>((resolve) => {
      finish = resolve;
      arrived();
    });
  const engine = fakeEngine({ placeOrder });
  app = await testServer({ engine, settings });
  const { port } = await listen(app, { host: '127.0.0.1', port: 0 });
  const connection = (text: string) => {
    const raw = rawConnection(port, text);
    open.push(raw);
    return raw;
  };
  return { engine, arrival, connection, finish: () => finish({ kind: 'accepted', orderId: sampleOrderId }) };
}

describe('draining', () => {
  it('answers what is in flight, closes idle connections, and takes nothing new', async () => {
    const { arrival, connection, finish } = await waitingServer();
    const idle = connection(healthText);
    await idle.until(/"ready":true/);
    const busy = connection(orderText);
    await arrival;

    const drained = drain(app);
    await idle.closed;
    const late = connection(healthText);
    await late.closed;
    finish();
    const text = await busy.until(/Order accepted/);

    expect(text).toMatch(/HTTP\/1\.1 200/);
    expect(late.received()).toBe('');
    expect(await drained).toMatchObject({ cut: false });
    await busy.closed;
  });

  it('is not ready before the listener closes', async () => {
    const { arrival, connection, finish } = await waitingServer({ drainDelayMs: 60_000 });
    const busy = connection(orderText);
    await arrival;

    void drain(app);
    const probe = connection(healthText);

    expect(await probe.until(/requestId/)).toMatch(/^HTTP\/1\.1 503 [\s\S]*"draining":true/);
    finish();
    await busy.until(/Order accepted/);
  });

  it('cuts off what does not end within its time', async () => {
    const { arrival, connection } = await waitingServer({ drainTimeoutMs: 50, requestTimeoutMs: 60_000 });
    const busy = connection(orderText);
    await arrival;

    expect(await drain(app)).toMatchObject({ cut: true });
    await busy.closed;
  });

  it('ends event streams and stops listening to the engine', async () => {
    const { engine, connection } = await waitingServer();
    const stream = connection('GET /events HTTP/1.1\r\nhost: x\r\n\r\n');
    await stream.until(/retry/);

    await drain(app);
    await stream.closed;

    expect(engine.listeners).toBe(0);
  });

  it('twice is draining once', async () => {
    await waitingServer();

    expect(drain(app)).toBe(drain(app));
  });
});
