import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class ChaosList extends FluxCommand {
  static override summary = 'List the experiments that ship, and what each of them needs';
  static override examples = ['<%= config.bin %> chaos list', '<%= config.bin %> chaos list --json'];

  async run(): Promise<unknown> {
    await this.parse(ChaosList);
    const { readExperiments } = await import('../../toolkit/chaos/experiment/read-experiment.ts');
    const { listText, listed } = await import('../../toolkit/chaos/text/list-text.ts');
    const experiments = (await readExperiments([])).map(listed);
    this.print(listText(experiments));
    return { experiments };
  }
}
