import type { Logger } from 'pino';
import type { Config } from '../config/config-schema.ts';
import { createDebugSwitch, createLog } from './log.ts';
import { runServer, type ServedSale } from './run-server.ts';

/** What `fluxgate serve` runs until it is stopped. */
export interface Serving {
  readonly url: string;
  readonly dataDir: string;
  readonly log: Logger;
  /** Rejects where something ended that must not. */
  readonly broken: Promise<never>;
  /** Safe to repeat. */
  stop(): Promise<void>;
}

/** Serves a sale in this process alone. SIGUSR2 switches its log. */
export async function serveAlone(
  config: Config,
  use: {
    readonly compose: (config: Config, use: { readonly log: Logger }) => Promise<ServedSale>;
    readonly version: string;
  },
): Promise<Serving> {
  const log = createLog(config.logLevel);
  process.on('SIGUSR2', createDebugSwitch(log));
  const sale = await use.compose(config, { log });
  const { url, stop } = await runServer(sale, { config, log, version: use.version });
  return { url, dataDir: sale.dataDir, log, broken: sale.broken, stop };
}
