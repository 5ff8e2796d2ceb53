import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FluxError } from '../engine/domain/flux-error.ts';
import type { Engine } from '../engine/engine.ts';

/** What a worker needs to do its work; the rest of Readiness is about taking orders. */
const needed: ReadonlySet<string> = new Set(['ledger', 'order-log']);

/**
 * `/healthz` and `/readyz` of a process that takes no orders.
 * @throws FluxError `port_in_use`
 */
export async function serveWorkerHealth(
  engine: Engine,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
      response.end(JSON.stringify(body));
    };
    if (request.url === '/healthz') return answer(200, { status: 'ok' });
    if (request.url !== '/readyz')
      return answer(404, { error: 'There is nothing at this address', code: 'route_not_found' });
    const { dependencies } = await engine.readiness();
    const own = dependencies.filter(({ name }) => needed.has(name));
    const ready = own.every(({ ok }) => ok);
    answer(ready ? 200 : 503, { ready, dependencies: own });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new FluxError('port_in_use', `the worker cannot listen on ${host}:${port}: ${cause.message}`, {
          hint: 'fluxgate worker --port 0   takes any free port',
          cause,
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
  const { port: taken } = server.address() as AddressInfo; // listening on host and port, so no pipe
  return {
    url: `http://${host}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
