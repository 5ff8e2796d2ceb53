import { mkdirSync, realpathSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config/config-schema.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { announceServer } from '../address-file.ts';
import { createLog } from '../log.ts';
import type { Serving } from '../serve-alone.ts';
import { WorkerCrew } from './worker-crew.ts';
import { forkWorker } from './worker-process.ts';

/** Beyond its drain a worker flushes its outbox (5 s) and closes its connections. */
const afterDrainMs = 15_000;

function requireStack({ mode }: Config): void {
  if (mode === 'stack') return;
  throw new FluxError(
    'usage',
    '--workers is for mode stack: in mode embedded one process holds the gate in its memory',
    {
      hint: 'fluxgate serve --mode stack --workers 2   (fluxgate stack up starts what that needs)',
    },
  );
}

/**
 * The primary of `serve --workers`: starts the workers, holds their listener, takes no orders itself. SIGHUP restarts one
 * worker after another, SIGUSR2 goes to all. Resolves when all workers are ready; null where it was asked to stop before.
 *
 * @throws FluxError `usage` in the embedded mode; what a worker said that did not become ready
 */
export async function runPrimary(
  config: Config,
  { count, asked }: { readonly count: number; readonly asked: Promise<unknown> },
): Promise<Serving | null> {
  requireStack(config);
  const { host, port } = config;
  const log = createLog(config.logLevel);
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const dataDir = realpathSync(config.dataDir);
  let answersAt = '';
  let takeBack = () => {};
  const crew = new WorkerCrew({
    count,
    log,
    start: (place) => forkWorker({ ...place, host, port }),
    stopLimitMs: config.drainDelayMs + config.drainTimeoutMs + afterDrainMs,
    clock: { nowMs: () => performance.now(), sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}) },
    onUrl(url) {
      answersAt = url;
      takeBack();
      takeBack = announceServer(dataDir, url, { shared: true });
    },
  });
  process.on('SIGHUP', () => void crew.roll());
  process.on('SIGUSR2', () => crew.switchDebug());
  const stop = async () => {
    await crew.stop();
    takeBack();
  };
  const stoppedEarly = asked.then(stop).then(() => null);
  const started = await Promise.race([crew.start(), stoppedEarly]);
  if (started === null) return null;
  return { url: answersAt, dataDir, log, broken: crew.broken, stop };
}
