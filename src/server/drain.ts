import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** How a server left: `cut` connections were still busy when its time was over. */
export interface Drained {
  readonly cut: boolean;
  readonly ms: number;
}

/**
 * Takes a server out of service: readiness fails first, then a delay in which load balancers notice, then the listener and
 * idle connections close, and what is in flight is answered, within `drainTimeoutMs`. Resolves when no request is left; the
 * engine is still there then. Draining twice is draining once.
 */
export function drain(app: FastifyInstance): Promise<Drained> {
  const { life } = app;
  life.drained ??= drainOnce(app, life.settings.drainDelayMs);
  life.draining = true;
  return life.drained;
}

/** Clients of a load balancer or of a crowd ask again within this; whoever does not is idle, and may be cut at any time anyway. */
const retireDelayMs = 1_000;

/**
 * Takes a server out of service whose listener others share: readiness does not fail, because the address stays ready. For a
 * moment each answer closes its connection, so that the client's next one goes to the others; then as `drain`.
 */
export function retire(app: FastifyInstance): Promise<Drained> {
  const { life } = app;
  life.drained ??= drainOnce(app, retireDelayMs);
  return life.drained;
}

async function drainOnce(app: FastifyInstance, delayMs: number): Promise<Drained> {
  const { settings, log } = app.life;
  const sinceMs = performance.now();
  app.life.closesConnections = true;
  log.info({ delayMs }, 'draining');
  if (delayMs > 0) await sleep(delayMs);

  let cut = false;
  const limit = setTimeout(() => {
    cut = true;
    app.server.closeAllConnections();
  }, settings.drainTimeoutMs);
  try {
    await app.close();
  } finally {
    clearTimeout(limit);
  }
  const ms = Math.round(performance.now() - sinceMs);
  log.info({ ms, cut }, 'drained');
  return { cut, ms };
}
