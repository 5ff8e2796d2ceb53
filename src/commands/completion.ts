import { Args, toConfiguredId } from '@oclif/core';
import { completionScript, type Shell, shells } from '../toolkit/command/completion-script.ts';
import { FluxCommand } from '../toolkit/command/flux-command.ts';

export default class Completion extends FluxCommand {
  static override summary = 'Print a script that makes your shell complete commands and flags';
  static override examples = [
    '<%= config.bin %> completion bash >> ~/.bashrc',
    '<%= config.bin %> completion zsh >> ~/.zshrc',
    '<%= config.bin %> completion fish > ~/.config/fish/completions/fluxgate.fish',
  ];
  static override args = {
    shell: Args.custom<Shell>({ description: 'Your shell', options: [...shells] })({ required: true }),
  };

  async run(): Promise<unknown> {
    const { args } = await this.parse(Completion);
    const commands = this.config.commands.map(({ id, summary, flags }) => ({
      name: toConfiguredId(id, this.config),
      summary: summary ?? '',
      flags: Object.values(flags).map(({ name, char, summary: short, description }) => ({
        name,
        char,
        summary: short ?? description ?? '',
      })),
    }));
    const script = completionScript(args.shell, commands);
    this.print(script.trimEnd());
    return { shell: args.shell, script };
  }
}
