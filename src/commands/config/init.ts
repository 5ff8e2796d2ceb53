import { Flags } from '@oclif/core';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class ConfigInit extends FluxCommand {
  static override summary = 'Write a fluxgate.config.yaml with every setting, explained';
  static override description = 'Every line is commented out: the file changes nothing until you change it.';
  static override examples = ['<%= config.bin %> config init', '<%= config.bin %> config init --force'];
  static override flags = {
    force: Flags.boolean({ description: 'Overwrite a file that is there' }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ConfigInit);
    const { writeConfigFile } = await import('../../config/write-config-file.ts');
    const path = await writeConfigFile(process.cwd(), { overwrite: flags.force });
    this.print(`Wrote ${path}`);
    this.say('Next: edit it, then fluxgate config check');
    return { file: path };
  }
}
