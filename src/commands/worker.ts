import { Flags } from '@oclif/core';
import { FluxCommand } from '../toolkit/command/flux-command.ts';
import { stackFlags, stackSettings } from '../toolkit/stack/stack-flags.ts';

export default class Worker extends FluxCommand {
  static override summary = 'Record the orders of the stack: consumer, relay, hold release, controller';
  static override description =
    'Writes what servers have accepted from Kafka into PostgreSQL, and does the duties of the controller while it holds its lease. Run one or several. SIGTERM lets it finish its batch and hand over.';
  static override examples = ['<%= config.bin %> worker', '<%= config.bin %> worker --dir /srv/stack --port 0'];
  static override flags = {
    ...stackFlags,
    port: Flags.integer({
      char: 'p',
      description: 'Port of its /healthz and /readyz (FLUXGATE_WORKER_PORT, default 3001)',
    }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Worker);
    const given = { ...stackSettings(flags), mode: 'stack', 'worker-port': flags.port };
    const { stackOrigin } = await import('../compose-stack-origin.ts');
    const { value: config } = await this.loadConfig(given, stackOrigin);
    const [{ composeWorkerOnStack }, { createLog, createDebugSwitch }, { serveWorkerHealth }] = await Promise.all([
      import('../compose-on-stack.ts'),
      import('../server/log.ts'),
      import('../server/worker-health.ts'),
    ]);
    const log = createLog(config.logLevel);
    process.on('SIGUSR2', createDebugSwitch(log));
    const asked = this.askedToStop();
    const started = this.sayIfAskedEarly(asked);
    const worker = await composeWorkerOnStack(config, { log });
    const health = await serveWorkerHealth(worker.engine, { host: config.host, port: config.workerPort }).catch(
      async (error: unknown) => {
        await worker.stop();
        throw error;
      },
    );
    started();
    const ready = { url: health.url, pid: process.pid };
    if (this.jsonEnabled()) this.logJson(ready);
    else this.print(`Flux-Gate worker ready, health at ${ready.url}/readyz`);

    const stop = () => health.close().then(() => worker.stop());
    const signal = await Promise.race([asked, worker.broken]).catch(async (error: unknown) => {
      await stop();
      throw error;
    });
    log.info({ signal }, 'stopping');
    await stop();
    return undefined;
  }
}
