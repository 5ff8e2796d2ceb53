import { resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class LoadReport extends FluxCommand {
  static override summary = 'Make one HTML page of a load run, to hand to a colleague';
  static override description =
    'Reads the result that `load run --report` wrote. The page needs nothing but itself: no script, no network. It is ' +
    'readable in the light, in the dark and on paper.';
  static override examples = [
    '<%= config.bin %> load run flash-sale --report run.json; <%= config.bin %> load report run.json',
    '<%= config.bin %> load report run.json --out friday.html',
  ];
  static override args = {
    file: Args.string({ description: 'Result of a run, as `load run --report` wrote it', required: true }),
  };
  static override flags = {
    out: Flags.string({ description: 'The page; default: beside the result, ending in .html', helpValue: 'FILE' }),
  };

  async run(): Promise<{ readonly page: string; readonly title: string; readonly verdict: string }> {
    const { args, flags } = await this.parse(LoadReport);
    const { readResult } = await import('../../toolkit/load/read-result.ts');
    const result = await readResult(args.file);
    const { pagePath } = await import('../../toolkit/load/report/page-path.ts');
    const page = flags.out ?? pagePath(args.file);
    if (resolve(page) === resolve(args.file))
      throw new FluxError('usage', `--out ${page} is the result itself, which the page would overwrite`, {
        hint: `name another file, or none: then it is ${pagePath(args.file)}`,
      });
    const { reportPage } = await import('../../toolkit/load/report/report-page.ts');
    const { writeText } = await import('../../toolkit/load/write-report.ts');
    await writeText(page, reportPage(result));
    this.print(`${result.title}: ${result.verdict}`);
    this.print(`Page: ${page}`);
    return { page, title: result.title, verdict: result.verdict };
  }
}
