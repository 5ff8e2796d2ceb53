import { Args, Flags } from '@oclif/core';
import { serverFlags } from '../../toolkit/command/config-flags.ts';
import { confirmFlag } from '../../toolkit/command/confirm-destruction.ts';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class RunbookRun extends FluxCommand {
  static override summary = 'Run a runbook, step by step, and keep a journal of it';
  static override description =
    'Every step is a command that one could type. It asks before what may cost something, waits where it has to, and offers to ' +
    'take back what it did where a step fails. Ctrl-C ends the step; --resume goes on. Ends with what the failed step ended with.';
  static override examples = [
    '<%= config.bin %> runbook run pause-sale --set sale=night --dry-run',
    '<%= config.bin %> runbook run pause-sale --set sale=night --confirm pause-sale',
    '<%= config.bin %> runbook run redis-lost --resume',
    '<%= config.bin %> runbook run sale-day-checklist --step the-books-agree',
    '<%= config.bin %> runbook run ./our-own.md --from wait-for-the-ledger --yes',
  ];
  static override args = { name: Args.string({ description: 'Name of a runbook, or a file', required: true }) };
  static override flags = {
    ...serverFlags,
    ...confirmFlag,
    set: Flags.string({
      description: 'Set a parameter; may be given several times. A secret one as NAME=@FILE',
      helpValue: 'NAME=VALUE',
      multiple: true,
      multipleNonGreedy: true,
    }),
    'dry-run': Flags.boolean({ description: 'Show every command, and do nothing' }),
    step: Flags.string({
      description: 'Only this step; may be given several times',
      helpValue: 'STEP',
      multiple: true,
      multipleNonGreedy: true,
    }),
    from: Flags.string({
      description: 'This step and those behind it',
      helpValue: 'STEP',
      exclusive: ['step', 'resume'],
    }),
    resume: Flags.boolean({ description: 'Go on with the last run, where it ended', exclusive: ['step'] }),
    yes: Flags.boolean({
      description: 'Answer questions that may be answered so; take back what failed without asking',
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(RunbookRun);
    const [
      { loadRunbook },
      { runRunbook },
      { dryRun },
      text,
      { stackOrigin },
      { terminalPerson },
      { ownProgram },
      who,
      { runbookProcesses },
    ] = await Promise.all([
      import('../../toolkit/runbook/format/load-runbook.ts'),
      import('../../toolkit/runbook/run/run-runbook.ts'),
      import('../../toolkit/runbook/run/dry-run.ts'),
      import('../../toolkit/runbook/runbook-text.ts'),
      import('../../compose-stack-origin.ts'),
      import('../../toolkit/runbook/run/terminal-person.ts'),
      import('../../toolkit/runbook/run/own-program.ts'),
      import('../../toolkit/command/operator-name.ts'),
      import('../../compose-runbook.ts'),
    ]);
    const runbook = await loadRunbook(args.name);
    const choice = { only: flags.step ?? [], from: flags.from };
    const own = ownProgram(this.config.root);
    const set = flags.set ?? [];
    if (flags['dry-run']) {
      const plan = dryRun(runbook, { choice, set, own });
      this.print(plan.text);
      return plan.document;
    }
    const config = await this.loadConfig(flags, stackOrigin);
    const { value } = config;
    // the commands of its steps look where this one does
    process.env.FLUXGATE_DATA_DIR = value.dataDir;
    if (value.url !== undefined) process.env.FLUXGATE_URL = value.url;
    const { resume, yes, confirm } = flags;
    const asked = { runbook, config, choice, set, resume, yes, confirm, own };
    const running = runRunbook({
      ...asked,
      ...runbookProcesses,
      person: this.jsonEnabled() ? null : terminalPerson(),
      by: who.operatorName(),
      version: this.config.version,
      signal: this.interrupted,
      tell: (line) => this.say(line),
    });
    // interrupted, it still ends its step and writes that down
    this.onInterrupt(() => running.then(({ run }) => this.say(`${run} can go on: --resume`)).catch(() => {}));
    const finished = await running;
    this.print(`\n${text.reportText(finished, args.name)}`);
    if (finished.result !== 'done') process.exitCode = text.exitCodeOf(finished);
    return finished;
  }
}
