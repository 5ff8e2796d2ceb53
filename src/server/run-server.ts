import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../config/config-schema.ts';
import type { Rate } from '../engine/domain/gcra.ts';
import type { Engine } from '../engine/engine.ts';
import { buildServer } from './build-server.ts';
import { drain } from './drain.ts';
import { isLoopbackListener, listen } from './listen.ts';
import { fixedServerSettings, type ServerSettings } from './settings.ts';

/** A sale that was composed and runs; whoever composed it says how it stops. */
export interface ServedSale {
  readonly engine: Engine;
  readonly dataDir: string;
  readonly broken: Promise<never>;
  stop(): Promise<void>;
}

export interface RunningServer {
  readonly url: string;
  /** Readiness fails, the listener closes, what is in flight ends, the sale stops. Safe to repeat. */
  stop(): Promise<void>;
}

/** Beside the data: how commands and people find the server of a data folder. */
const addressFile = 'serve.json';

/** Serves a sale over HTTP until it is stopped. The sale is stopped with the server, also where the server cannot start. */
export async function runServer(
  sale: ServedSale,
  use: { readonly config: Config; readonly log: Logger; readonly version: string },
): Promise<RunningServer> {
  const { config, log, version } = use;
  const path = join(sale.dataDir, addressFile);
  try {
    const app = await buildServer({ engine: sale.engine, settings: settingsOf(config, version), log });
    const { url } = await listen(app, config);
    writeAddress(path, url);
    let stopped: Promise<void> | undefined;
    const stop = async () => {
      await drain(app);
      rmSync(path, { force: true });
      await sale.stop();
    };
    return {
      url,
      stop() {
        stopped ??= stop();
        return stopped;
      },
    };
  } catch (error) {
    await sale.stop();
    throw error;
  }
}

function settingsOf(config: Config, version: string): ServerSettings {
  return {
    ...fixedServerSettings,
    adminToken: config.adminToken ?? null,
    trustProxy: config.trustProxy.length === 0 ? false : config.trustProxy,
    loopbackOnly: isLoopbackListener(config.host),
    requestTimeoutMs: config.requestTimeoutMs,
    userRate: limitOf(config.userRate),
    addressRate: limitOf(config.addressRate),
    drainDelayMs: config.drainDelayMs,
    drainTimeoutMs: config.drainTimeoutMs,
    version,
  };
}

function limitOf(rate: Config['userRate']): Rate | null {
  return rate.perSecond === 0 ? null : { ratePerSecond: rate.perSecond, burst: rate.burst };
}

/** Written aside and renamed, so that nobody reads half of it. */
function writeAddress(path: string, url: string): void {
  const text = JSON.stringify({ url, pid: process.pid, startedAt: new Date().toISOString() });
  writeFileSync(`${path}.new`, `${text}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
