import type { Logger } from 'pino';
import type { Config } from '../config/config-schema.ts';
import type { ServedSale } from '../server/run-server.ts';
import { configFlags } from '../toolkit/command/config-flags.ts';
import { FluxCommand } from '../toolkit/command/flux-command.ts';

export default class Serve extends FluxCommand {
  static override summary = 'Run the flash-sale server, with everything it needs';
  static override description =
    'One process with gate, order log, ledger and HTTP. Its PostgreSQL lives in the data folder. SIGTERM drains it; SIGUSR2 switches the log to debug and back.';
  static override examples = [
    '<%= config.bin %> serve',
    '<%= config.bin %> serve --port 8080 --data-dir /var/lib/fluxgate',
    'FLUXGATE_ADMIN_TOKEN=$(openssl rand -hex 24) <%= config.bin %> serve --host 0.0.0.0',
  ];
  static override flags = configFlags;

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Serve);
    const { value: config } = await this.loadConfig(flags);
    const { requireAdminToken } = await import('../server/listen.ts');
    requireAdminToken(config);
    const [compose, { createLog, createDebugSwitch }, { runServer }] = await Promise.all([
      this.#composer(config.mode),
      import('../server/log.ts'),
      import('../server/run-server.ts'),
    ]);
    const log = createLog(config.logLevel);
    process.on('SIGUSR2', createDebugSwitch(log));
    const asked = this.askedToStop();

    const sale = await compose(config, { log });
    const server = await runServer(sale, { config, log, version: this.config.version });
    const ready = { url: server.url, mode: config.mode, dataDir: sale.dataDir, pid: process.pid };
    if (this.jsonEnabled()) this.logJson(ready);
    else this.print(`Flux-Gate ready at ${ready.url} (mode ${ready.mode}, data folder ${ready.dataDir})`);

    const signal = await Promise.race([asked, sale.broken]).catch(async (error: unknown) => {
      await server.stop();
      throw error;
    });
    log.info({ signal }, 'stopping');
    await server.stop();
    return undefined;
  }

  async #composer(
    mode: Config['mode'],
  ): Promise<(config: Config, use: { readonly log: Logger }) => Promise<ServedSale>> {
    return mode === 'stack'
      ? (await import('../compose-on-stack.ts')).composeServerOnStack
      : (await import('../compose.ts')).composeEmbedded;
  }
}
