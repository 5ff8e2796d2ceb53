import { dataDirFlag } from '../../toolkit/command/config-flags.ts';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class MigrateUp extends FluxCommand {
  static override summary = "Bring the ledger's schema to what this program needs";
  static override description = 'serve does this by itself with its own data folder. Refused while serve runs on it.';
  static override examples = [
    '<%= config.bin %> migrate up',
    '<%= config.bin %> migrate up --data-dir /var/lib/fluxgate',
  ];
  static override flags = dataDirFlag;

  async run(): Promise<unknown> {
    const { flags } = await this.parse(MigrateUp);
    const { stackOrigin } = await import('../../compose-stack-origin.ts');
    const { value: config } = await this.loadConfig(flags, stackOrigin);
    const { raiseSchema } = await import('../../compose-ledger.ts');
    const applied = await raiseSchema(config);
    this.print(applied.length === 0 ? 'The schema is up to date.' : `Applied ${applied.join(', ')}`);
    return { applied };
  }
}
