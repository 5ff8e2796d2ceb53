import type { Logger } from 'pino';
import type { Config } from '../config/config-schema.ts';
import type { Rate } from '../engine/domain/gcra.ts';
import type { Engine } from '../engine/engine.ts';
import { announceServer } from './address-file.ts';
import { buildServer } from './build-server.ts';
import { drain, retire } from './drain.ts';
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
  /** Stops while others answer at the same address: readiness does not fail, and clients are sent over first. */
  retire(): Promise<void>;
}

/**
 * Serves a sale over HTTP until it is stopped. The sale is stopped with the server, also where the server cannot start.
 * It writes its address into the data folder; a `worker` leaves that to its primary.
 */
export async function runServer(
  sale: ServedSale,
  use: { readonly config: Config; readonly log: Logger; readonly version: string; readonly worker?: number },
): Promise<RunningServer> {
  const { config, log, worker = null } = use;
  try {
    const app = await buildServer({
      engine: sale.engine,
      settings: { ...settingsOf(config), version: use.version, worker },
      log,
    });
    const { url } = await listen(app, config);
    const shared = config.mode === 'stack';
    const takeBack = worker === null ? announceServer(sale.dataDir, url, { shared }) : () => {};
    let stopped: Promise<void> | undefined;
    const stop = async (leave: (from: typeof app) => Promise<unknown>) => {
      await leave(app);
      takeBack();
      await sale.stop();
    };
    return {
      url,
      stop() {
        stopped ??= stop(drain);
        return stopped;
      },
      retire() {
        stopped ??= stop(retire);
        return stopped;
      },
    };
  } catch (error) {
    await sale.stop();
    throw error;
  }
}

function settingsOf(config: Config): Omit<ServerSettings, 'version' | 'worker'> {
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
  };
}

function limitOf(rate: Config['userRate']): Rate | null {
  return rate.perSecond === 0 ? null : { ratePerSecond: rate.perSecond, burst: rate.burst };
}
