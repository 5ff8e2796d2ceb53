import { saleArg } from '../../toolkit/command/sale-arg.ts';
import { ServerCommand } from '../../toolkit/command/server-command.ts';

export default class SalePause extends ServerCommand {
  static override summary = 'Pause a sale: no orders are taken until it is opened again';
  static override description = 'Orders that were accepted stay accepted.';
  static override examples = ['<%= config.bin %> sale pause', '<%= config.bin %> sale pause black-friday'];
  static override args = saleArg;

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(SalePause);
    const server = await this.openServer(flags);
    const { changeSale } = await import('../../toolkit/admin-client/change-sale.ts');
    const sale = await changeSale(server, args.sale, { state: 'paused' });
    this.print(`${sale.saleId} is ${sale.openness}`);
    return sale;
  }
}
