import { Args, Flags } from '@oclif/core';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';
import type { Comparison } from '../../toolkit/load/compare/comparison.ts';

export default class LoadCompare extends FluxCommand {
  static override summary = 'Say which differences between load runs exceed their noise';
  static override description =
    'A is the run before a change, B the one after it, both of the same scenario, seed and machine. More runs a side make ' +
    'the answer firmer: three or more know how far runs differ by themselves. Ends with 21 where B is worse, and with 23 ' +
    'where the runs say nothing about each other (another scenario, seed or machine, a doubtful run, or too few answers).';
  static override examples = [
    '<%= config.bin %> load compare before.json after.json',
    '<%= config.bin %> load compare a1.json b1.json --baseline a2.json --baseline a3.json --candidate b2.json --candidate b3.json',
    '<%= config.bin %> load compare before.json after.json --json | jq .verdict',
  ];
  static override args = {
    a: Args.string({ description: 'Result of the run before, as `load run --report` wrote it', required: true }),
    b: Args.string({ description: 'Result of the run after', required: true }),
  };
  static override flags = {
    baseline: Flags.string({
      description: 'Another run of the side of A; may be given several times',
      helpValue: 'FILE',
      multiple: true,
      multipleNonGreedy: true,
      default: [],
    }),
    candidate: Flags.string({
      description: 'Another run of the side of B; may be given several times',
      helpValue: 'FILE',
      multiple: true,
      multipleNonGreedy: true,
      default: [],
    }),
    tolerance: Flags.integer({
      description: 'Changes below this many percent are called the same, however sure they are',
      default: 5,
      min: 0,
      max: 100,
    }),
  };

  async run(): Promise<Comparison> {
    const { args, flags } = await this.parse(LoadCompare);
    const { readRuns } = await import('../../toolkit/load/compare/read-runs.ts');
    const runs = await readRuns({ a: [args.a, ...flags.baseline], b: [args.b, ...flags.candidate] });
    const { compareRuns } = await import('../../toolkit/load/compare/compare-runs.ts');
    const comparison = compareRuns(runs, { tolerance: flags.tolerance / 100 });
    const { comparisonText } = await import('../../toolkit/load/compare/comparison-text.ts');
    this.print(comparisonText(comparison));
    if (comparison.verdict === 'worse') this.endWith('threshold_failed');
    if (comparison.verdict === 'not_comparable') this.endWith('inconclusive');
    return comparison;
  }
}
