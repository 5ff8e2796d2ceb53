import { Args } from '@oclif/core';
import { dataDirFlag } from '../../toolkit/command/config-flags.ts';
import { confirmDestruction, confirmFlag } from '../../toolkit/command/confirm-destruction.ts';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class KeysRemove extends FluxCommand {
  static override summary = 'Make every ticket and pass of one key worthless, as after a leak';
  static override description =
    'Buyers with such a ticket go to the end of the queue. The key that signs cannot be removed: rotate first. Servers know within 10 s.';
  static override examples = ['<%= config.bin %> keys remove k1 --confirm k1'];
  static override args = {
    key: Args.string({ description: 'Id of the key, as `keys list` shows it', required: true }),
  };
  static override flags = { ...dataDirFlag, ...confirmFlag };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(KeysRemove);
    const { stackOrigin } = await import('../../compose-stack-origin.ts');
    const { value: config } = await this.loadConfig(flags, stackOrigin);
    await confirmDestruction(`Tickets and passes signed with ${args.key} become worthless.`, args.key, flags.confirm, {
      command: `fluxgate keys remove ${args.key}`,
      signal: this.interrupted,
    });
    const [{ openBooks }, { removeKey }, { operatorName }] = await Promise.all([
      import('../../compose-books.ts'),
      import('../../toolkit/keys/remove-key.ts'),
      import('../../toolkit/command/operator-name.ts'),
    ]);
    const books = await openBooks(config);
    this.atEnd(() => books.close());
    await removeKey(books, args.key, operatorName());
    this.print(`${args.key} is removed`);
    return { removed: args.key };
  }
}
