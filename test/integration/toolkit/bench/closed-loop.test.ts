import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startBareRoute } from '../../../../src/toolkit/bench/bench-children.ts';
import { closedLoop } from '../../../../src/toolkit/bench/closed-loop.ts';
import { orderRequests } from '../../../../src/toolkit/bench/order-request.ts';
import { cpuSecondsOfTree } from '../../../../src/toolkit/bench/process-cpu.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  // a listening TCP server has an AddressInfo
  return (server.address() as AddressInfo).port;
}

function requests(port: number) {
  return orderRequests({ host: `127.0.0.1:${port}`, crowd: 'b0', saleId: 'bench', productId: 'p' });
}

describe('the closed loop', () => {
  it('asks the bare route over and over, every question with a key of its own, and counts every answer', async () => {
    const bare = await startBareRoute();
    closers.push(() => bare.stop());
    const { hostname: host, port } = new URL(bare.url);

    const result = await closedLoop({
      host,
      port: Number(port),
      connections: 8,
      seconds: 0.5,
      request: requests(Number(port)),
    });

    expect([...result.byStatusInAll.keys()]).toEqual([200]);
    expect(result.answers).toBeGreaterThan(8);
    expect(result.latencyMs.n).toBe(result.answers);
    expect(result.byStatusInAll.get(200)).toBeLessThanOrEqual(result.answers + 8);
    expect(result.lost).toBe(0);
    if (process.platform === 'linux') expect(await cpuSecondsOfTree(bare.pid)).toBeGreaterThan(0);
  });

  it('ends its child when it is stopped', async () => {
    const bare = await startBareRoute();

    await bare.stop();

    expect(() => process.kill(bare.pid, 0)).toThrow();
  });

  it('is stopped also where its child is ending by itself at that moment', async () => {
    const bare = await startBareRoute();
    process.kill(bare.pid, 'SIGKILL');

    await bare.stop(); // waited for ever for an end that had been

    expect(() => process.kill(bare.pid, 0)).toThrow();
  });

  it('has one question under way on each connection, never more', async () => {
    let underWay = 0;
    let most = 0;
    const seen = new Set<string>();
    const server = createHttpServer(async (request, response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      seen.add(String(request.headers['x-idempotency-key']));
      request.resume();
      await new Promise(setImmediate);
      underWay -= 1;
      response.writeHead(409, { 'content-length': 2 }).end('{}');
    });
    const port = await listen(server);

    const result = await closedLoop({ host: '127.0.0.1', port, connections: 5, seconds: 0.3, request: requests(port) });

    expect(most).toBeLessThanOrEqual(5);
    expect(seen.size).toBe(result.byStatusInAll.get(409));
  });

  it('makes lost connections anew and counts them', async () => {
    let nth = 0;
    const server = createHttpServer((request, response) => {
      nth += 1;
      request.resume();
      if (nth === 10 || nth === 20) request.socket.destroy();
      else response.writeHead(200, { 'content-length': 2 }).end('{}');
    });
    const port = await listen(server);

    const result = await closedLoop({ host: '127.0.0.1', port, connections: 4, seconds: 0.4, request: requests(port) });

    expect(result.lost).toBe(2);
    expect(result.answers).toBeGreaterThan(20);
  });

  it('says so where nobody listens', async () => {
    const server = createServer();
    const port = await listen(server);
    await closers.pop()?.();

    const asked = closedLoop({ host: '127.0.0.1', port, connections: 2, seconds: 1, request: requests(port) });

    await expect(asked).rejects.toMatchObject({ code: 'server_unreachable' });
  });

  it('refuses an answer that it cannot read', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', () => socket.end('nonsense\r\n\r\n'));
    });
    const port = await listen(server);

    const asked = closedLoop({ host: '127.0.0.1', port, connections: 2, seconds: 5, request: requests(port) });

    await expect(asked).rejects.toMatchObject({ code: 'fault', message: /no HTTP answer/ });
  });

  it('ends at once when it is told to', async () => {
    const stop = new AbortController();
    let asked = 0;
    const server = createHttpServer((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-length': 2 }).end('{}');
      asked += 1;
      if (asked === 100) stop.abort();
    });
    const port = await listen(server);

    // without the signal this would outlast the test's own limit
    const options = { host: '127.0.0.1', port, connections: 2, seconds: 600, request: requests(port) };
    const result = await closedLoop({ ...options, signal: stop.signal });

    expect(result.answers).toBeGreaterThan(0);
  });
});
