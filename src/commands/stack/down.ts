import { Flags } from '@oclif/core';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';
import { stackFlags, stackSettings } from '../../toolkit/stack/stack-flags.ts';

export default class StackDown extends FluxCommand {
  static override summary = 'End everything that stack up started, and remove its data';
  static override description =
    'Also after a crash: services that were started halfway are found and ended. Only what stack up made is touched.';
  static override examples = ['<%= config.bin %> stack down', '<%= config.bin %> stack down --keep'];
  static override flags = {
    ...stackFlags,
    keep: Flags.boolean({ description: 'Keep the data for the next stack up' }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(StackDown);
    const { value: config } = await this.loadConfig(stackSettings(flags));
    const [{ stackParts }, { stackDown }] = await Promise.all([
      import('../../compose-stack.ts'),
      import('../../toolkit/stack/stack-down.ts'),
    ]);
    const ended = await stackDown({ stackDir: config.stackDir, keep: flags.keep, parts: stackParts });
    this.print(ended.length === 0 ? `Nothing runs in ${config.stackDir}.` : `Ended ${ended.join(', ')}.`);
    return { ended };
  }
}
