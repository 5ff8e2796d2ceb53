import { Args } from '@oclif/core';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class ChaosNew extends FluxCommand {
  static override summary = 'Write a new experiment from a template, to be edited';
  static override examples = [
    '<%= config.bin %> chaos new my-experiment',
    '<%= config.bin %> chaos run my-experiment.yaml',
  ];
  static override args = {
    name: Args.string({ description: 'Name of the experiment; NAME.yaml is written here', required: true }),
  };

  async run(): Promise<unknown> {
    const { args } = await this.parse(ChaosNew);
    const { writeTemplate } = await import('../../toolkit/chaos/experiment/template.ts');
    const path = await writeTemplate(args.name);
    this.print(`${path} is written. Edit it, then: fluxgate chaos explain ${path} && fluxgate chaos run ${path}`);
    return { path };
  }
}
