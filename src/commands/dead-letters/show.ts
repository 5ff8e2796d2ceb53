import { Args } from '@oclif/core';
import { dataDirFlag } from '../../toolkit/command/config-flags.ts';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class DeadLettersShow extends FluxCommand {
  static override summary = 'Show one record that could not be read, with its bytes';
  static override examples = ['<%= config.bin %> dead-letters show 1', '<%= config.bin %> dead-letters show 1 --json'];
  static override args = { id: Args.integer({ description: 'Number of the letter', required: true }) };
  static override flags = dataDirFlag;

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(DeadLettersShow);
    const { stackOrigin } = await import('../../compose-stack-origin.ts');
    const { value: config } = await this.loadConfig(flags, stackOrigin);
    const { openBooks } = await import('../../compose-books.ts');
    const { findLetter } = await import('../../toolkit/dead-letters/find-letter.ts');
    const { letterDocument, letterText } = await import('../../toolkit/dead-letters/letter-text.ts');
    const books = await openBooks(config);
    this.atEnd(() => books.close());
    const letter = await findLetter(books.ledger, args.id);
    this.print(letterText(letter));
    return { ...letterDocument(letter), bytesBase64: Buffer.from(letter.bytes).toString('base64') };
  }
}
