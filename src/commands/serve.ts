import { Flags } from '@oclif/core';
import type { Logger } from 'pino';
import type { Config } from '../config/config-schema.ts';
import type { ServedSale } from '../server/run-server.ts';
import { configFlags } from '../toolkit/command/config-flags.ts';
import { FluxCommand } from '../toolkit/command/flux-command.ts';

export default class Serve extends FluxCommand {
  static override summary = 'Run the flash-sale server, with everything it needs';
  static override description =
    'One process with gate, order log, ledger and HTTP; its PostgreSQL lives in the data folder. In mode stack a server of Redis, Kafka and PostgreSQL, with --workers several processes behind one port. SIGTERM drains it; SIGUSR2 switches the log to debug and back; with --workers SIGHUP restarts one worker after another.';
  static override examples = [
    '<%= config.bin %> serve',
    '<%= config.bin %> serve --port 8080 --data-dir /var/lib/fluxgate',
    'FLUXGATE_ADMIN_TOKEN=$(openssl rand -hex 24) <%= config.bin %> serve --host 0.0.0.0',
    'FLUXGATE_MODE=stack <%= config.bin %> serve --workers 4',
  ];
  static override flags = {
    ...configFlags,
    workers: Flags.integer({
      char: 'w',
      description: 'Server processes behind the port (mode stack): as many as there are processors to spare',
      helpValue: 'N',
      min: 1,
      max: 64, // each opens up to 12 connections to PostgreSQL, whose own limit is reached long before
    }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Serve);
    const { stackOrigin } = await import('../compose-stack-origin.ts');
    const { value: config } = await this.loadConfig(flags, stackOrigin);
    const { requireAdminToken } = await import('../server/listen.ts');
    requireAdminToken(config);
    const { workers } = flags;
    if (workers !== undefined && (await import('../server/workers/worker-process.ts')).isServeWorker()) {
      const { runWorker } = await import('../server/workers/run-worker.ts');
      const handleSignals: Parameters<typeof runWorker>[1]['handleSignals'] = (to) => this.handleSignals(to);
      return runWorker(config, { compose, version: this.config.version, handleSignals });
    }
    const asked = this.askedToStop({ hangupStops: workers === undefined });
    const started = this.sayIfAskedEarly(asked);
    const serving =
      workers === undefined
        ? await (await import('../server/serve-alone.ts')).serveAlone(config, { compose, version: this.config.version })
        : await (await import('../server/workers/run-primary.ts')).runPrimary(config, { count: workers, asked });
    started();
    if (serving === null) return undefined; // asked to stop before it was ready

    const { url, dataDir, log } = serving;
    const crew = workers === undefined ? '' : `, ${workers} ${workers === 1 ? 'worker' : 'workers'}`;
    if (this.jsonEnabled()) this.logJson({ url, mode: config.mode, workers, dataDir, pid: process.pid });
    else this.print(`Flux-Gate ready at ${url} (mode ${config.mode}${crew}, data folder ${dataDir})`);

    const signal = await Promise.race([asked, serving.broken]).catch(async (error: unknown) => {
      await serving.stop();
      throw error;
    });
    log.info({ signal }, 'stopping');
    await serving.stop();
    return undefined;
  }
}

/** Imported when a sale is composed: the primary of --workers composes none. */
async function compose(config: Config, use: { readonly log: Logger }): Promise<ServedSale> {
  if (config.mode === 'stack') return (await import('../compose-on-stack.ts')).composeServerOnStack(config, use);
  return (await import('../compose.ts')).composeEmbedded(config, use);
}
