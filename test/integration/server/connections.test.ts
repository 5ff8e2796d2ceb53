import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { listen } from '../../../src/server/listen.ts';
import { type RawConnection, rawConnection } from '../../support/raw-http.ts';
import { testServer } from '../../support/test-server.ts';

let app: FastifyInstance;
const open: RawConnection[] = [];
afterEach(async () => {
  for (const { socket } of open.splice(0)) socket.destroy();
  await app?.close();
});

async function send(text: string, settings = {}): Promise<RawConnection> {
  app = await testServer({ settings });
  const { port } = await listen(app, { host: '127.0.0.1', port: 0 });
  const connection = rawConnection(port, text);
  open.push(connection);
  return connection;
}

const body = '{"productId":"ticket","userId":"ada"}';
const orderText = (key: string) =>
  `POST /order HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nx-idempotency-key: ${key}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

describe('a connection', () => {
  it('is kept for the next request', async () => {
    const connection = await send(orderText('a') + orderText('b'));

    const text = await connection.until(/Order accepted[\s\S]*Order accepted/);

    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(text).toMatch(/connection: keep-alive/i);
  });

  it('answers a key of 10 KB with 400', async () => {
    const connection = await send(orderText('k'.repeat(10_240)));

    expect(await connection.until(/requestId/)).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"invalid_idempotency_key"/);
  });

  it('answers headers over 16 KB with 431 in the one shape, and closes', async () => {
    const connection = await send(orderText('k'.repeat(17_000)));

    expect(await connection.until(/requestId/)).toMatch(/^HTTP\/1\.1 431 [\s\S]*"code":"headers_too_large"/);
    await connection.closed;
  });

  it('answers what is no HTTP with 400 in the one shape, and closes', async () => {
    const connection = await send('HELLO\r\n\r\n');

    expect(await connection.until(/requestId/)).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"malformed_request"/);
    await connection.closed;
  });

  it('answers a request that does not arrive in time with 408, and closes', async () => {
    const connection = await send(
      'POST /order HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{',
      {
        requestTimeoutMs: 100,
      },
    );

    expect(await connection.until(/requestId/)).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"request_timeout"/);
    await connection.closed;
  });

  it('survives a body of 1 MB that it refuses', async () => {
    const connection = await send(
      `POST /order HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nx-idempotency-key: k\r\ncontent-length: 1000000\r\n\r\n${'x'.repeat(100_000)}`,
    );

    expect(await connection.until(/requestId/)).toMatch(/^HTTP\/1\.1 413 [\s\S]*"code":"body_too_large"/);
    expect((await app.inject('/healthz')).statusCode).toBe(200);
  });
});
