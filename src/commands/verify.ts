import { toInstant } from '../engine/domain/time.ts';
import { serverFlags } from '../toolkit/command/config-flags.ts';
import { FluxCommand } from '../toolkit/command/flux-command.ts';
import type { VerifyReport } from '../toolkit/verify/report-schema.ts';
import { verifyFlags } from '../toolkit/verify/verify-flags.ts';

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
  static override flags = { ...serverFlags, ...verifyFlags };

  async run(): Promise<VerifyReport> {
    const { flags } = await this.parse(Verify);
    const { parseWait } = await import('../toolkit/verify/parse-wait.ts');
    const waitMs = parseWait(flags.wait);
    const { parseSince } = await import('../toolkit/verify/parse-since.ts');
    const since = flags.since === undefined ? null : parseSince(flags.since, toInstant(Date.now()));
    const { stackOrigin } = await import('../compose-stack-origin.ts');
    const { value: config } = await this.loadConfig(flags, stackOrigin);
    const { openBooks } = await import('../compose-books.ts');
    const { keepHeapSmall } = await import('../toolkit/verify/small-heap.ts');
    keepHeapSmall();
    const { verifyFolder } = await import('../toolkit/verify/verify-folder.ts');
    const { progressLine } = await import('../toolkit/verify/progress-line.ts');
    const { githubStep, printable, publishFault, publishVerdict } = await import(
      '../toolkit/verify/publish-verdict.ts'
    );
    const say = (line: string) => this.say(line);
    const annotate = this.jsonEnabled() ? say : (line: string) => this.print(line);
    const github = githubStep(flags.github, process.env, annotate);
    const publishing = { junit: flags.junit, github, say };
    try {
      const report = await verifyFolder({
        config,
        openBooks,
        ask: { ...flags, since, waitMs, maxRevoked: flags['max-revoked'] },
        say,
        progress: progressLine(say),
        atEnd: (close) => this.atEnd(close),
      });
      const { reportText } = await import('../toolkit/verify/report-text.ts');
      const { colourOf } = await import('../toolkit/verify/verdict-colour.ts');
      const text = this.isInteractive ? reportText(report, colourOf) : reportText(report);
      this.print(printable(text, github));
      if (report.exitCode === 20) this.endWith('invariant_violated');
      if (report.exitCode === 23) this.endWith('inconclusive');
      await publishVerdict(report, publishing);
      return report;
    } catch (error) {
      await publishFault(error, publishing);
      throw error;
    }
  }
}
