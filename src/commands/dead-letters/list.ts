import { Flags } from '@oclif/core';
import { dataDirFlag } from '../../toolkit/command/config-flags.ts';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class DeadLettersList extends FluxCommand {
  static override summary = 'List the records of the order log that could not be read';
  static override description = 'A healthy system has none.';
  static override examples = [
    '<%= config.bin %> dead-letters list',
    '<%= config.bin %> dead-letters list --limit 1000 --json',
  ];
  static override flags = {
    ...dataDirFlag,
    limit: Flags.integer({ description: 'How many at most', default: 100, min: 1, max: 10_000 }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(DeadLettersList);
    const { stackOrigin } = await import('../../compose-stack-origin.ts');
    const { value: config } = await this.loadConfig(flags, stackOrigin);
    const { openBooks } = await import('../../compose-books.ts');
    const { letterDocument, lettersText } = await import('../../toolkit/dead-letters/letter-text.ts');
    const books = await openBooks(config);
    this.atEnd(() => books.close());
    const letters = await books.ledger.deadLetters(flags.limit);
    this.print(lettersText(letters));
    return { deadLetters: letters.map(letterDocument) };
  }
}
