import { dataDirFlag } from '../../toolkit/command/config-flags.ts';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class MigrateStatus extends FluxCommand {
  static override summary = "Show where the ledger's schema stands";
  static override description = 'Changes nothing. Works beside a running serve and without one.';
  static override examples = ['<%= config.bin %> migrate status', '<%= config.bin %> migrate status --json'];
  static override flags = dataDirFlag;

  async run(): Promise<unknown> {
    const { flags } = await this.parse(MigrateStatus);
    const { stackOrigin } = await import('../../compose-stack-origin.ts');
    const { value: config } = await this.loadConfig(flags, stackOrigin);
    const { ledgerSchema } = await import('../../compose-ledger.ts');
    const status = await ledgerSchema(config);
    this.print(`PostgreSQL ${status.serverVersion}`);
    for (const name of status.applied) this.print(`applied  ${name}`);
    for (const name of status.pending) this.print(`pending  ${name}`);
    if (status.pending.length > 0) this.say('Next: fluxgate migrate up');
    return status;
  }
}
