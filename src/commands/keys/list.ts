import { dataDirFlag } from '../../toolkit/command/config-flags.ts';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class KeysList extends FluxCommand {
  static override summary = 'List the keys of tickets and passes, without their secrets';
  static override description =
    'One key signs. Older ones still check the tickets and passes that buyers hold; an announced one signs soon.';
  static override examples = ['<%= config.bin %> keys list', '<%= config.bin %> keys list --json'];
  static override flags = dataDirFlag;

  async run(): Promise<unknown> {
    const { flags } = await this.parse(KeysList);
    const { stackOrigin } = await import('../../compose-stack-origin.ts');
    const { value: config } = await this.loadConfig(flags, stackOrigin);
    const [{ openBooks }, { keysText, readKeys }] = await Promise.all([
      import('../../compose-books.ts'),
      import('../../toolkit/keys/read-keys.ts'),
    ]);
    const books = await openBooks(config);
    this.atEnd(() => books.close());
    const keys = await readKeys(books);
    this.print(keysText(keys));
    return { keys };
  }
}
