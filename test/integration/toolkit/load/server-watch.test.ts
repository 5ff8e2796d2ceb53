import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { ServerWatch } from '../../../../src/toolkit/load/server-watch.ts';
import { eventually } from '../../../support/eventually.ts';

/** Of the run, as the watch is told. */
let elapsedMs = 1;
const servers: Server[] = [];
const watches: ServerWatch[] = [];
afterEach(async () => {
  elapsedMs = 1;
  await Promise.all(watches.splice(0).map((watch) => watch.stop()));
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

const stats = {
  serverId: 's1',
  lag: [{ lag: '3' }, { lag: '4' }] as { lag: string }[] | null,
  sales: [{ saleId: 'sale', epoch: 2, gate: { outbox: 5 } }],
  queues: { waiting: 6 },
  http: { waiting: 1 },
  process: { version: '1.2.3', uptimeSeconds: 10, cpuSeconds: 4, rssBytes: 1_000 },
};

/** Watches a server whose GET /stats answers the n-th of these, then the last again; null: the connection is cut. */
async function watched(...answers: readonly { readonly status: number; readonly body: unknown }[]) {
  let asked = 0;
  const server = createServer((request, response) => {
    const isStats = request.url === '/stats';
    if (isStats) asked += 1;
    const { status, body } = isStats
      ? (answers[Math.min(asked, answers.length) - 1] ?? { status: 404, body: {} })
      : { status: 200, body: { total: 10, free: 4 } };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // a listening TCP server has an AddressInfo
  const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const watch = new ServerWatch({
    ...{ target: () => target, saleId: 'sale', productIds: ['ticket'], adminToken: undefined },
    ...{ elapsedMs: () => elapsedMs, planMs: 1_000 },
  });
  watches.push(watch);
  return watch;
}

it('keeps stock and the figures of the server, its processor time between two readings of one process', async () => {
  const later = { ...stats, process: { ...stats.process, uptimeSeconds: 12, cpuSeconds: 5 } };

  const watch = await watched({ status: 200, body: stats }, { status: 200, body: later });
  await eventually('two readings', () => watch.server.length >= 2);

  expect(watch.latestStock).toEqual([{ productId: 'ticket', total: 10, free: 4 }]);
  expect(watch.serverVersion).toBe('1.2.3');
  expect(watch.server[0]).toEqual({
    ...{ atMs: 1, reachable: true, serverId: 's1', cpuCores: null, rssBytes: 1_000 },
    ...{ lag: 7, outbox: 5, queued: 7, epoch: 2 },
  });
  expect(watch.server[1]?.cpuCores).toBe(0.5);
});

it('leaves out what the server does not know itself, and names no processor time of another process', async () => {
  const other = { ...stats, serverId: 's2', lag: null, sales: [] };

  const watch = await watched({ status: 200, body: stats }, { status: 200, body: other });
  await eventually('two readings', () => watch.server.length >= 2);

  expect(watch.server[1]).toMatchObject({ reachable: true, cpuCores: null, lag: null, outbox: null, epoch: null });
});

it('keeps one reading from before the run begins: how it stood at zero', async () => {
  elapsedMs = 0;

  const watch = await watched({ status: 200, body: stats }, { status: 200, body: { ...stats, serverId: 'last' } });
  await eventually('a second reading', () => watch.server[0]?.serverId === 'last');

  expect([watch.server.length, watch.stock.length]).toEqual([1, 1]);
});

it('says that a server is not reachable, and asks one that does not show its figures no more', async () => {
  const away = await watched({ status: 503, body: {} });
  const closed = await watched({ status: 403, body: { error: 'forbidden' } });
  await eventually('readings', () => away.server.length >= 1 && closed.stock.length >= 2);

  expect(away.server[0]).toMatchObject({ reachable: false, lag: null });
  expect(closed.server).toEqual([]);
});
