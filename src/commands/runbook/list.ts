import { Flags } from '@oclif/core';
import { dataDirFlag } from '../../toolkit/command/config-flags.ts';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class RunbookList extends FluxCommand {
  static override summary = 'List the runbooks by when to reach for them, or the runs there were';
  static override examples = ['<%= config.bin %> runbook list', '<%= config.bin %> runbook list --runs'];
  static override flags = {
    ...dataDirFlag,
    runs: Flags.boolean({ description: 'The runs there were, newest first, and which of them are unfinished' }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(RunbookList);
    if (flags.runs) {
      const { value: config } = await this.loadConfig(flags);
      const { readRuns } = await import('../../toolkit/runbook/journal/read-runs.ts');
      const { runDocument, runsText } = await import('../../toolkit/runbook/journal/journal-text.ts');
      const { runbookProcesses } = await import('../../compose-runbook.ts');
      const runs = readRuns(config.dataDir, runbookProcesses.identityOf);
      this.print(runsText(runs));
      return { runs: runs.map(runDocument) };
    }
    const { shippedRunbooks } = await import('../../toolkit/runbook/format/runbook-path.ts');
    const { loadRunbook } = await import('../../toolkit/runbook/format/load-runbook.ts');
    const { listText } = await import('../../toolkit/runbook/runbook-text.ts');
    const runbooks = await Promise.all(shippedRunbooks().map((name) => loadRunbook(name)));
    this.print(listText(runbooks));
    return {
      runbooks: runbooks.map(({ name, title, when, use, buyers, mode }) => ({ name, title, when, use, buyers, mode })),
    };
  }
}
