import { Args } from '@oclif/core';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class ChaosCheck extends FluxCommand {
  static override summary = 'Check experiment files without running them';
  static override description =
    'Names the line, the column and the nearest key of everything that is wrong, and ends with 2.';
  static override examples = [
    '<%= config.bin %> chaos check my-experiment.yaml',
    '<%= config.bin %> chaos check chaos/*.yaml',
  ];
  static override strict = false;
  static override args = {
    file: Args.string({ description: 'Experiment files, or names of experiments that ship', required: true }),
  };

  async run(): Promise<unknown> {
    const { argv } = await this.parse(ChaosCheck);
    const { readExperiments } = await import('../../toolkit/chaos/experiment/read-experiment.ts');
    const experiments = await readExperiments(argv.map(String));
    for (const { path, title } of experiments) this.print(`ok  ${path}: ${title}`);
    return { experiments: experiments.map(({ name, path, title }) => ({ name, path, title })) };
  }
}
