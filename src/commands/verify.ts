import { Flags } from '@oclif/core';
import { serverFlags } from '../toolkit/command/config-flags.ts';
import { FluxCommand } from '../toolkit/command/flux-command.ts';
import type { VerifyReport } from '../toolkit/verify/report-schema.ts';

export default class Verify extends FluxCommand {
  static override summary = 'Prove that nothing was oversold, lost or doubled';
  static override description =
    'Reconciles four books: what buyers heard (--history), the ledger, the gate and the order log. Ends with 0 if every ' +
    'invariant holds, 20 if one is violated, 23 if nothing can be said. Works with serve down. Changes nothing.';
  static override examples = [
    '<%= config.bin %> verify',
    '<%= config.bin %> verify --history run.ndjson --junit verify.xml',
    '<%= config.bin %> verify --json --wait 0 | jq .verdict',
  ];
  static override flags = {
    ...serverFlags,
    history: Flags.string({
      description: 'What buyers heard, as `load run --history` wrote it; may be given several times',
      helpValue: 'FILE',
      multiple: true,
      multipleNonGreedy: true,
    }),
    junit: Flags.string({ description: 'Write the verdicts into this file, too, as JUnit XML', helpValue: 'FILE' }),
    wait: Flags.string({
      description: 'How long to wait for outbox and lag to drain',
      helpValue: 'TIME',
      default: '30s',
    }),
    'max-revoked': Flags.integer({ description: 'Revoked orders that are no finding', default: 0, min: 0 }),
    sale: Flags.string({ char: 's', description: 'Only this sale', helpValue: 'ID' }),
  };

  async run(): Promise<VerifyReport> {
    const { flags } = await this.parse(Verify);
    const { parseWait } = await import('../toolkit/verify/parse-wait.ts');
    const waitMs = parseWait(flags.wait);
    const { stackOrigin } = await import('../compose-stack-origin.ts');
    const { value: config } = await this.loadConfig(flags, stackOrigin);
    const { openBooks } = await import('../compose-books.ts');
    const { keepHeapSmall } = await import('../toolkit/verify/small-heap.ts');
    keepHeapSmall();
    const { verifyFolder } = await import('../toolkit/verify/verify-folder.ts');
    const { junitOfFault, junitText } = await import('../toolkit/verify/junit-text.ts');
    const { writeVerdict } = await import('../toolkit/verify/write-verdict.ts');
    const { progressLine } = await import('../toolkit/verify/progress-line.ts');
    try {
      const report = await verifyFolder({
        config,
        openBooks,
        ask: { ...flags, waitMs, maxRevoked: flags['max-revoked'] },
        say: (line) => this.say(line),
        progress: progressLine((line) => this.say(line)),
        atEnd: (close) => this.atEnd(close),
      });
      const { reportText } = await import('../toolkit/verify/report-text.ts');
      const { colourOf } = await import('../toolkit/verify/verdict-colour.ts');
      this.print(this.isInteractive ? reportText(report, colourOf) : reportText(report));
      if (report.exitCode === 20) this.endWith('invariant_violated');
      if (report.exitCode === 23) this.endWith('inconclusive');
      // Last: a file that cannot be written must not hide the verdict.
      if (flags.junit !== undefined) await writeVerdict(flags.junit, junitText(report));
      return report;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (flags.junit !== undefined) await writeVerdict(flags.junit, junitOfFault(message));
      throw error;
    }
  }
}
