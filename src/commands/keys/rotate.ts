import { Flags } from '@oclif/core';
import { dataDirFlag } from '../../toolkit/command/config-flags.ts';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class KeysRotate extends FluxCommand {
  static override summary = 'Sign tickets and passes of the waiting room with a new key';
  static override description =
    'Buyers notice nothing: every server knows the new key before it signs, and what the old one signed stays valid for its ' +
    'life. Keys that no living ticket can be of are removed: a little more than a week after the next one signs, the longest ' +
    'that ticketSeconds may be. The secret that order ids are made with is another one and never rotates.';
  static override examples = ['<%= config.bin %> keys rotate', '<%= config.bin %> keys rotate --wait'];
  static override flags = {
    ...dataDirFlag,
    wait: Flags.boolean({ description: 'Return when every server signs with it' }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(KeysRotate);
    const { stackOrigin } = await import('../../compose-stack-origin.ts');
    const { value: config } = await this.loadConfig(flags, stackOrigin);
    const [{ openBooks }, { rotateKey, untilItSigns }, { keysText, readKeys }, { operatorName }] = await Promise.all([
      import('../../compose-books.ts'),
      import('../../toolkit/keys/rotate-key.ts'),
      import('../../toolkit/keys/read-keys.ts'),
      import('../../toolkit/command/operator-name.ts'),
    ]);
    const books = await openBooks(config);
    this.atEnd(() => books.close());
    const rotated = await rotateKey(books, config, operatorName());
    if (rotated.kind === 'pending') this.say(`${rotated.keyId} was announced before: nothing new was made.`);
    if (flags.wait) {
      this.say(`Waiting until every server signs with ${rotated.keyId}.`);
      await untilItSigns(books, rotated, this.interrupted);
    }
    const keys = await readKeys(books);
    this.print(keysText(keys));
    return { keys, removed: rotated.kind === 'announced' ? rotated.removed : [] };
  }
}
