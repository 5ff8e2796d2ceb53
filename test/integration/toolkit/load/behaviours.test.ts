import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { runLoad } from '../../../../src/toolkit/load/run-load.ts';
import { loadDefaults, type Scenario } from '../../../../src/toolkit/load/scenario.ts';
import type { Behaviour } from '../../../../src/toolkit/load/scenario-schema.ts';
import { aScenario } from '../../../unit/toolkit/load/a-scenario.ts';

/** A server that answers as `answer` says, by method, path and headers. */
async function served(
  answer: (request: IncomingMessage) => readonly [status: number, body: unknown, afterMs?: number],
  requestTimeout = 0,
): Promise<string> {
  const server = createServer(
    { requestTimeout, connectionsCheckingInterval: 50 },
    (request: IncomingMessage, response: ServerResponse) => {
      request.resume().on('end', () => {
        const [status, body, afterMs = 0] = answer(request);
        const text = JSON.stringify(body);
        const reply = () => response.writeHead(status, { 'content-length': Buffer.byteLength(text) }).end(text);
        if (afterMs === 0) reply();
        else setTimeout(reply, afterMs);
      });
    },
  );
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  // a listening TCP server has an AddressInfo
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function crowdOf(target: string, behaviour: Behaviour, count = 10, more: Partial<Scenario> = {}) {
  const habits = { ...loadDefaults.habits, cancelAfterMs: 10, slowMs: 600 };
  const scenario = aScenario({
    arrivals: [{ kind: 'constant', ratePerSecond: 10 * count, forSeconds: 0.1 }],
    buyers: { count, behaviours: { [behaviour]: 1 }, habits },
    ...more,
  });
  return runLoad({ scenario, target, saleId: 'test', crowd: 'c' });
}

const accepted = (request: IncomingMessage) =>
  [200, { status: 'success', orderId: `o-${String(request.headers['x-idempotency-key'])}` }] as const;

test('a buyer who is sent to the waiting room takes a ticket, asks for its place, and orders with its pass', async () => {
  const target = await served((request) => {
    if (request.url === '/waiting-room/tickets')
      return [201, { status: 'waiting', ticket: 't', stockLeft: 5, pollAfterMs: 10 }];
    if (request.url === '/waiting-room/tickets/t')
      return [200, { status: 'admitted', ticket: 't', pass: 'the-pass', stockLeft: 5 }];
    if (request.method === 'GET') return [200, { total: 1, free: 1 }];
    return request.headers['x-queue-pass'] === 'the-pass' ? accepted(request) : [302, {}];
  });

  const result = await crowdOf(target, 'waiting-room');

  expect(result.outcomes.waiting?.latencyMs.n).toBe(10);
  expect(result.outcomes.accepted?.latencyMs.n).toBe(10);
  expect(result.calls).toMatchObject({ ticket: { n: 10, failed: 0 }, place: { n: 10, failed: 0 } });
});

test('a canceller cancels the order that it got, and a cancellation that is refused is an error', async () => {
  const cancelled: string[] = [];
  const target = await served((request) => {
    if (!request.url?.startsWith('/cancel/')) return accepted(request);
    cancelled.push(request.url);
    return cancelled.length === 1 ? [409, { code: 'order_refused' }] : [200, { state: 'cancelled' }];
  });

  const result = await crowdOf(target, 'cancel');

  expect(new Set(cancelled)).toEqual(new Set(Array.from({ length: 10 }, (_, n) => `/cancel/o-c-k${n}`)));
  expect(result.calls).toMatchObject({ cancel: { n: 10, failed: 1 } });
  expect(result.requests.errorRate).toBe(1 / 20);
});

test('a slow client sends a whole order, and its latency counts from the last byte', async () => {
  const result = await crowdOf(await served(accepted), 'slow', 3);

  expect(result.outcomes.accepted?.latencyMs.n).toBe(3);
  expect(result.outcomes.accepted?.latencyMs.max).toBeLessThan(result.calls['slow sent']?.latencyMs.max ?? 0);
  expect(result.calls['slow sent']).toMatchObject({ n: 3, failed: 0 });
  expect(result.slices.list.reduce((sum, { sent }) => sum + sent, 0)).toBe(result.requests.sent);
});

test('a slow client that the server cuts off is counted, and is no error', async () => {
  const result = await crowdOf(await served(accepted, 200), 'slow', 3);

  expect(result.calls['slow cut off']).toMatchObject({ n: 3, failed: 0 });
  expect(result.requests.errorRate).toBe(0);
});

test('slow clients hold a connection each, so that no more of them are under way than maxInFlight', async () => {
  const result = await crowdOf(await served(accepted), 'slow', 10, {
    limits: { maxInFlight: 4, hardStopSeconds: 20, requestTimeoutMs: 5_000 },
  });

  expect(result.calls['slow sent']).toMatchObject({ n: 4 });
  expect(result.requests.dropped).toBe(6);
  expect(result.verdict).toBe('failed');
  expect(Math.max(...result.slices.list.map(({ inFlight }) => inFlight))).toBe(4);
});

test('calls that wait for one of the 128 connections, and fail of it, make the run inconclusive and not failed', async () => {
  // the first 128 are answered in time; the others begin when these are done, and have no time left
  const target = await served((request) => {
    if (request.url === '/waiting-room/tickets') return [201, { status: 'waiting', ticket: 't', stockLeft: 0 }, 1_200];
    if (request.method === 'GET') return [200, { total: 1, free: 1 }];
    return request.headers['x-idempotency-key'] === 'c-k0' ? [409, { status: 'sold_out' }] : [302, {}];
  });

  const result = await crowdOf(target, 'waiting-room', 300, {
    limits: { maxInFlight: 300, hardStopSeconds: 20, requestTimeoutMs: 2_000 },
    thresholds: { maxErrorRate: 0, p99Ms: {}, minGoodputPerSecond: null },
  });

  expect(result.calls.ticket?.failed).toBeGreaterThanOrEqual(171);
  expect(result.thresholds).toContainEqual(
    expect.objectContaining({ name: 'error rate', ok: false, needsHonestGenerator: true }),
  );
  expect(result.generator.bottleneck).toContainEqual(
    expect.stringMatching(
      /of the generator's calls besides orders waited more than 50 ms for one of its 128 connections/,
    ),
  );
  expect(result.verdict).toBe('inconclusive');
});
