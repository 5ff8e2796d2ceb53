import { Args } from '@oclif/core';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class RunbookShow extends FluxCommand {
  static override summary = 'Show one runbook: when to use it, what may be set, its steps';
  static override examples = [
    '<%= config.bin %> runbook show redis-lost',
    '<%= config.bin %> runbook show ./our-own.md',
  ];
  static override args = { name: Args.string({ description: 'Name of a runbook, or a file', required: true }) };

  async run(): Promise<unknown> {
    const { args } = await this.parse(RunbookShow);
    const { loadRunbook } = await import('../../toolkit/runbook/format/load-runbook.ts');
    const { showText } = await import('../../toolkit/runbook/runbook-text.ts');
    const runbook = await loadRunbook(args.name);
    this.print(showText(runbook));
    return runbook;
  }
}
