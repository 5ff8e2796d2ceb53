import { writeFileSync } from 'node:fs';
import { Flags } from '@oclif/core';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class StackExport extends FluxCommand {
  static override summary = 'Write a docker-compose.yml of a Redis, Kafka and PostgreSQL with the settings needed';
  static override description =
    'For those who want files. stack up and the rest know nothing of what is started with it: name its addresses in the ' +
    'configuration (docs/stack.md).';
  static override examples = [
    '<%= config.bin %> stack export --compose',
    '<%= config.bin %> stack export --compose --with kafka-3 --file docker-compose.yml',
  ];
  static override flags = {
    compose: Flags.boolean({ description: 'As a file of Docker Compose', required: true }),
    with: Flags.option({ description: 'kafka-3: three brokers instead of one', options: ['kafka-3'] as const })(),
    file: Flags.string({ description: 'Write it there instead of to stdout; never over another file' }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(StackExport);
    const { value: config } = await this.loadConfig({});
    const { composeFile } = await import('../../toolkit/stack/compose-file.ts');
    const text = composeFile({ brokers: flags.with === 'kafka-3' ? 3 : 1, images: config.stackImages });
    if (flags.file === undefined) {
      this.print(text.trimEnd());
      return { compose: text };
    }
    try {
      writeFileSync(flags.file, text, { flag: 'wx' });
    } catch (cause) {
      throw new FluxError('report_unwritable', `${flags.file} cannot be written, or is there already`, {
        hint: 'choose another --file, or remove that one',
        cause,
      });
    }
    this.say(`Written: ${flags.file}`);
    return { file: flags.file };
  }
}
