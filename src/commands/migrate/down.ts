import { basename } from 'node:path';
import { Flags } from '@oclif/core';
import { dataDirFlag } from '../../toolkit/command/config-flags.ts';
import { confirmDestruction, confirmFlag } from '../../toolkit/command/confirm-destruction.ts';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class MigrateDown extends FluxCommand {
  static override summary = "Take back the newest migrations of the ledger's schema";
  static override description =
    'What stands in their tables is lost. Wants the name of the data folder, typed or as --confirm. Refused while serve runs.';
  static override examples = [
    '<%= config.bin %> migrate down --confirm .fluxgate',
    '<%= config.bin %> orders export --csv > orders.csv && <%= config.bin %> migrate down --steps 2 --confirm .fluxgate',
  ];
  static override flags = {
    ...dataDirFlag,
    ...confirmFlag,
    steps: Flags.integer({ description: 'How many migrations', default: 1, min: 1 }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(MigrateDown);
    const { stackOrigin } = await import('../../compose-stack-origin.ts');
    const { value: config } = await this.loadConfig(flags, stackOrigin);
    const { steps } = flags;
    const newest = steps === 1 ? 'The newest migration' : `The newest ${steps} migrations`;
    const what = `${newest} of ${config.dataDir} ${steps === 1 ? 'goes' : 'go'}, with all that is in the tables.`;
    const command = `${this.config.bin} migrate down ${this.argv.join(' ')}`.trimEnd();
    await confirmDestruction(what, basename(config.dataDir), flags.confirm, { command, signal: this.interrupted });
    const { lowerSchema } = await import('../../compose-ledger.ts');
    const undone = await lowerSchema(config, flags.steps);
    this.print(undone.length === 0 ? 'There is nothing to take back.' : `Took back ${undone.join(', ')}`);
    return { undone };
  }
}
