import { Args } from '@oclif/core';
import { dataDirFlag } from '../../toolkit/command/config-flags.ts';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class RunbookJournal extends FluxCommand {
  static override summary = 'Show who ran what, when, and how it went';
  static override description = 'The file itself has one JSON line an event; secrets are not in it.';
  static override examples = [
    '<%= config.bin %> runbook journal redis-lost',
    '<%= config.bin %> runbook journal 20261123T161503-redis-lost-a1b2 --json',
  ];
  static override args = {
    run: Args.string({ description: 'Name of a run, or of a runbook for its last one', required: true }),
  };
  static override flags = dataDirFlag;

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(RunbookJournal);
    const { value: config } = await this.loadConfig(flags);
    const { findRun } = await import('../../toolkit/runbook/journal/read-runs.ts');
    const { journalText, runDocument } = await import('../../toolkit/runbook/journal/journal-text.ts');
    const { runbookProcesses } = await import('../../compose-runbook.ts');
    const found = findRun(config.dataDir, args.run, runbookProcesses.identityOf);
    this.print(journalText(found));
    return { ...runDocument(found), events: found.events };
  }
}
