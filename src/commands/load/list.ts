import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class LoadList extends FluxCommand {
  static override summary = 'List the scenarios that ship, with what each is for';
  static override examples = ['<%= config.bin %> load list', '<%= config.bin %> load list --json'];

  async run(): Promise<unknown> {
    await this.parse(LoadList);
    const { shippedScenarios, shippedText } = await import('../../toolkit/load/shipped-scenarios.ts');
    const scenarios = await shippedScenarios();
    this.print(shippedText(scenarios));
    return { scenarios };
  }
}
