import { Args, Flags } from '@oclif/core';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';
import { serviceNames } from '../../toolkit/stack/service-name.ts';
import { stackFlags, stackSettings } from '../../toolkit/stack/stack-flags.ts';

export default class StackLogs extends FluxCommand {
  static override summary = 'Show the end of what the services of the stack wrote';
  static override examples = [
    '<%= config.bin %> stack logs',
    '<%= config.bin %> stack logs kafka --lines 200',
    '<%= config.bin %> stack logs redis-2 --follow',
  ];
  static override args = {
    service: Args.string({ description: 'One service; default: all of them', options: [...serviceNames] }),
  };
  static override flags = {
    ...stackFlags,
    lines: Flags.integer({ char: 'n', description: 'Lines of each', min: 1, max: 10_000, default: 20 }),
    follow: Flags.boolean({ char: 'f', description: 'Go on with what comes, until Ctrl-C', exclusive: ['json'] }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(StackLogs);
    const { value: config } = await this.loadConfig(stackSettings(flags));
    const [{ stackParts }, { stackLogs }] = await Promise.all([
      import('../../compose-stack.ts'),
      import('../../toolkit/stack/stack-logs.ts'),
    ]);
    const names = serviceNames.filter((name) => args.service === undefined || name === args.service);
    const { logs, follow } = await stackLogs(config.stackDir, names, flags.lines, stackParts);
    const show = (name: string, line: string): void =>
      this.print(names.length === 1 ? line : `${name.padEnd(10)}  ${line}`);
    for (const { name, lines } of logs) for (const line of lines) show(name, line);
    if (flags.follow) await follow(show, this.interrupted);
    return { logs };
  }
}
