import { Args } from '@oclif/core';
import { dataDirFlag } from '../../toolkit/command/config-flags.ts';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class DeadLettersRetry extends FluxCommand {
  static override summary = 'Put a record that can be read by now back into the order log';
  static override description =
    'Refused where this program cannot read it either, where the ledger has its order already, and where its epoch is over.';
  static override examples = ['<%= config.bin %> dead-letters retry 1'];
  static override args = { id: Args.integer({ description: 'Number of the letter', required: true }) };
  static override flags = dataDirFlag;

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(DeadLettersRetry);
    const { stackOrigin } = await import('../../compose-stack-origin.ts');
    const { value: config } = await this.loadConfig(flags, stackOrigin);
    const { openBooks } = await import('../../compose-books.ts');
    const { retryLetter } = await import('../../toolkit/dead-letters/retry-letter.ts');
    const books = await openBooks(config);
    this.atEnd(() => books.close());
    const orderId = await retryLetter(books, args.id, config.appendDeadlineMs);
    this.print(`Order ${orderId} is in the order log again`);
    if (books.startedHere) this.say('Next: fluxgate serve (records it)');
    return { orderId };
  }
}
