import { saleArg } from '../../toolkit/command/sale-arg.ts';
import { ServerCommand } from '../../toolkit/command/server-command.ts';

export default class SaleOpen extends ServerCommand {
  static override summary = 'Open a sale, or open a paused one again';
  static override description =
    'Orders are taken from the next request on, within the window of the sale. A closed sale stays closed.';
  static override examples = ['<%= config.bin %> sale open', '<%= config.bin %> sale open black-friday'];
  static override args = saleArg;

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(SaleOpen);
    const server = await this.openServer(flags);
    const { changeSale } = await import('../../toolkit/admin-client/change-sale.ts');
    const sale = await changeSale(server, args.sale, { state: 'open' });
    this.print(`${sale.saleId} is ${sale.openness}`);
    return sale;
  }
}
