import { saleArg } from '../../toolkit/command/sale-arg.ts';
import { ServerCommand } from '../../toolkit/command/server-command.ts';

export default class SaleClose extends ServerCommand {
  static override summary = 'Close a sale for good';
  static override description = 'A closed sale cannot be opened again. Orders that were accepted stay accepted.';
  static override examples = ['<%= config.bin %> sale close', '<%= config.bin %> sale close black-friday'];
  static override args = saleArg;

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(SaleClose);
    const server = await this.openServer(flags);
    const { changeSale } = await import('../../toolkit/admin-client/change-sale.ts');
    const sale = await changeSale(server, args.sale, { state: 'closed' });
    this.print(`${sale.saleId} is ${sale.openness}`);
    return sale;
  }
}
