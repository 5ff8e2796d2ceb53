import { Args } from '@oclif/core';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class ChaosExplain extends FluxCommand {
  static override summary = 'Say in words what an experiment does, what it needs and what it teaches';
  static override description = 'Reads and checks the file; starts nothing.';
  static override examples = [
    '<%= config.bin %> chaos explain server-killed',
    '<%= config.bin %> chaos explain ./my-experiment.yaml',
  ];
  static override args = {
    experiment: Args.string({ description: 'Experiment file, or the name of one that ships', required: true }),
  };

  async run(): Promise<unknown> {
    const { args } = await this.parse(ChaosExplain);
    const { experimentPath, readExperiment } = await import('../../toolkit/chaos/experiment/read-experiment.ts');
    const { explainText } = await import('../../toolkit/chaos/text/explain-text.ts');
    const { listed } = await import('../../toolkit/chaos/text/list-text.ts');
    const experiment = await readExperiment(experimentPath(args.experiment));
    const text = explainText(experiment);
    this.print(text);
    const about = listed(experiment);
    if (about.missing !== null) this.print(`\nSkipped on this machine: ${about.missing}`);
    return { ...about, path: experiment.path, text };
  }
}
