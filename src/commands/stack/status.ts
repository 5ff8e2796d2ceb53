import { FluxCommand } from '../../toolkit/command/flux-command.ts';
import { stackFlags, stackSettings } from '../../toolkit/stack/stack-flags.ts';

export default class StackStatus extends FluxCommand {
  static override summary = 'Ask every service of the stack whether it is well';
  static override description = 'Ends with 24 where there is no stack, or a service of it does not answer.';
  static override examples = ['<%= config.bin %> stack status', '<%= config.bin %> stack status --json'];
  static override flags = stackFlags;

  async run(): Promise<unknown> {
    const { flags } = await this.parse(StackStatus);
    const { value: config } = await this.loadConfig(stackSettings(flags));
    const [{ stackParts }, { stackStatus }, { stackText }, { stackCommand }] = await Promise.all([
      import('../../compose-stack.ts'),
      import('../../toolkit/stack/stack-status.ts'),
      import('../../toolkit/stack/stack-text.ts'),
      import('../../toolkit/stack/stack-command.ts'),
    ]);
    const services = await stackStatus(config.stackDir, stackParts);
    this.print(stackText(services));
    if (services.some(({ healthy }) => !healthy)) {
      this.endWith('stack_not_running');
      this.say(
        `Try: ${stackCommand('up', config.stackDir)} (starts what is ill), ${stackCommand('logs', config.stackDir)}`,
      );
    }
    return { services };
  }
}
