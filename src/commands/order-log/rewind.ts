import { dataDirFlag } from '../../toolkit/command/config-flags.ts';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class OrderLogRewind extends FluxCommand {
  static override summary = 'Let the workers read again what a restored ledger does not have';
  static override description =
    'Sets their place in Kafka back to what the ledger has recorded, never forward. Safe to repeat: the ledger drops what it ' +
    'knows. Refused while a worker runs.';
  static override examples = ['FLUXGATE_POSTGRES_DATABASE=fluxgate_restored <%= config.bin %> order-log rewind'];
  static override flags = dataDirFlag;

  async run(): Promise<unknown> {
    const { flags } = await this.parse(OrderLogRewind);
    const { stackOrigin } = await import('../../compose-stack-origin.ts');
    const { value: config } = await this.loadConfig(flags, stackOrigin);
    const { rewindOrderLog } = await import('../../compose-rewind.ts');
    const { alignedTable } = await import('../../toolkit/command/aligned-table.ts');
    const partitions = await rewindOrderLog(config);
    const rows = partitions.map(({ partition, from, to }) => [partition, from < 0n ? '-' : from, to].map(String));
    this.print(alignedTable(['partition', 'was at', 'is at'], rows, { right: ['partition', 'was at', 'is at'] }));
    return { partitions: partitions.map(({ partition, from, to }) => ({ partition, from: `${from}`, to: `${to}` })) };
  }
}
