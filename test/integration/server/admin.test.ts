import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { listen } from '../../../src/server/listen.ts';
import { sampleOrderId } from '../../support/fake-engine.ts';
import { testServer } from '../../support/test-server.ts';

let app: FastifyInstance;
afterEach(() => app?.close());

const adminRoutes: [method: 'GET' | 'POST' | 'PATCH' | 'PUT', url: string, payload?: object][] = [
  ['POST', '/init', { productId: 'a', quantity: 1 }],
  ['POST', `/confirm/${sampleOrderId}`],
  ['GET', '/sales'],
  ['GET', '/sales/default'],
  ['POST', '/sales', { saleId: 'x' }],
  ['PATCH', '/sales/default', { state: 'paused' }],
  ['POST', '/sales/default/stock', { productId: 'a', by: 1 }],
  ['GET', '/stats'],
  ['GET', '/metrics'],
  ['PUT', '/admin/log-level', { level: 'silent' }],
];

describe('admin routes with a token', () => {
  it.each(adminRoutes)('%s %s want it', async (method, url, payload) => {
    app = await testServer({ settings: { adminToken: 'right-token', loopbackOnly: false } });
    const call = (headers: Record<string, string>) =>
      app.inject({ method, url, headers, remoteAddress: '203.0.113.1', ...(payload ? { payload } : {}) });

    const missing = await call({});
    const wrong = await call({ authorization: 'Bearer wrong-token' });
    const basic = await call({ authorization: 'Basic right-token' });
    const right = await call({ authorization: 'Bearer right-token' });

    expect([missing, wrong, basic].map((answer) => [answer.statusCode, answer.json().code])).toEqual(
      Array(3).fill([401, 'unauthorized']),
    );
    expect(missing.headers['www-authenticate']).toContain('Bearer');
    expect(right.statusCode).toBeLessThan(300);
  });

  it('refuse before they read the body', async () => {
    app = await testServer({ settings: { adminToken: 'right-token' } });

    const answer = await app.inject({
      method: 'POST',
      url: '/init',
      payload: '{',
      headers: { 'content-type': 'application/json' },
    });

    expect(answer.statusCode).toBe(401);
  });
});

describe('admin routes without a token', () => {
  it.each(adminRoutes)('%s %s answer on a loopback listener', async (method, url, payload) => {
    app = await testServer();

    const answer = await app.inject({ method, url, ...(payload ? { payload } : {}) });

    expect(answer.statusCode).toBeLessThan(300);
  });

  it.each<[string, { remoteAddress?: string; headers?: Record<string, string> }]>([
    ['somebody else', { remoteAddress: '203.0.113.1' }],
    ['a page whose name was rebound to this machine', { headers: { host: 'evil.example' } }],
    ['a page of another site', { headers: { origin: 'https://evil.example' } }],
    ['a page of another site that hides its origin', { headers: { 'sec-fetch-site': 'cross-site' } }],
    ['a proxy on this machine', { headers: { 'x-forwarded-for': '203.0.113.1' } }],
  ])('refuse %s', async (_who, request) => {
    app = await testServer();

    const answer = await app.inject({ method: 'POST', url: `/confirm/${sampleOrderId}`, ...request });

    expect([answer.statusCode, answer.json().code]).toEqual([403, 'forbidden']);
  });

  it('answer nobody where the listener is not on the loopback', async () => {
    app = await testServer({ settings: { loopbackOnly: false } });

    expect((await app.inject('/stats')).statusCode).toBe(403);
  });
});

describe('a listener', () => {
  it.each(['0.0.0.0', '::', '203.0.113.7', 'example.org'])('does not start on %s without a token', async (host) => {
    app = await testServer({ settings: { loopbackOnly: false } });

    await expect(listen(app, { host, port: 0 })).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('FLUXGATE_ADMIN_TOKEN'),
    });
  });

  it('says which port is in use and what to do', async () => {
    app = await testServer();
    const { port } = await listen(app, { host: '127.0.0.1', port: 0 });
    const second = await testServer();

    await expect(listen(second, { host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'port_in_use',
      message: `Port ${port} of 127.0.0.1 is in use by another process`,
      hint: expect.stringContaining('--port 0'),
    });
    await second.close();
  });
});
