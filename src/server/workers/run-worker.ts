import type { Logger } from 'pino';
import type { Config } from '../../config/config-schema.ts';
import { errorCodes } from '../../engine/domain/error-codes.ts';
import { codeOf, FluxError } from '../../engine/domain/flux-error.ts';
import { createDebugSwitch, createLog } from '../log.ts';
import { runServer, type ServedSale } from '../run-server.ts';
import { askedToRetire, ownPlace, tellPrimary } from './worker-process.ts';

/**
 * One worker of `serve --workers`, to its end: serves a sale at the primary's address until it is asked to stop or to retire.
 * It says nothing on stdout; what goes wrong is told to the primary and is in the exit code.
 */
export async function runWorker(
  settings: Config,
  use: {
    readonly compose: (config: Config, use: { readonly log: Logger }) => Promise<ServedSale>;
    /** From here on each signal goes to the listener. */
    readonly handleSignals: (listener: (signal: NodeJS.Signals) => void) => void;
    readonly version: string;
  },
): Promise<void> {
  const { number, debug, ...address } = ownPlace();
  const config: Config = { ...settings, ...address };
  const log = createLog(config.logLevel).child({ worker: number });
  const switchDebug = createDebugSwitch(log);
  if (debug) switchDebug();
  process.on('SIGUSR2', switchDebug);
  const asked = Promise.race([askedToRetire(), stopSignal(use.handleSignals)]);
  try {
    const sale = await use.compose(config, { log });
    const server = await runServer(sale, { config, log, version: use.version, worker: number });
    await tellPrimary({ kind: 'ready', url: server.url });
    const why = await Promise.race([asked, sale.broken]).catch(async (error: unknown) => {
      log.error({ err: error }, 'stopping');
      await server.stop();
      throw error;
    });
    log.info({ why }, 'stopping');
    await (why === 'retire' ? server.retire() : server.stop());
  } catch (error) {
    process.exitCode = errorCodes[codeOf(error)];
    await tellPrimary({ kind: 'failed', ...saidOf(error) });
  }
}

function saidOf(error: unknown) {
  const cause = error instanceof Error ? error.cause : undefined;
  return {
    code: codeOf(error),
    message: error instanceof Error ? error.message : String(error),
    because: cause instanceof Error ? cause.message : null,
    hint: error instanceof FluxError ? (error.hint ?? null) : null,
  };
}

/**
 * SIGTERM, however often: a supervisor may send it to all processes of a service, and the primary does, too. Ctrl-C and a
 * hang-up reach all processes of a terminal: what they mean is the primary's affair.
 */
function stopSignal(handleSignals: (listener: (signal: NodeJS.Signals) => void) => void): Promise<'SIGTERM'> {
  return new Promise((resolve) => {
    handleSignals((signal) => {
      if (signal === 'SIGTERM') resolve(signal);
    });
  });
}
