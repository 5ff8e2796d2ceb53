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
  life.drained ??= drainOnce(app);
  return life.drained;
}

async function drainOnce(app: FastifyInstance): Promise<Drained> {
  const { settings, log } = app.life;
  const sinceMs = performance.now();
  app.life.draining = true;
  log.info({ drainDelayMs: settings.drainDelayMs }, 'draining');
  if (settings.drainDelayMs > 0) await sleep(settings.drainDelayMs);

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
