import { Args } from '@oclif/core';
import { saleFlag } from '../../toolkit/command/sale-arg.ts';
import { ServerCommand } from '../../toolkit/command/server-command.ts';

export default class StockAdd extends ServerCommand {
  static override summary = 'Add units to the stock of a product, or take free ones away';
  static override description =
    'A negative number lowers the total, down to what is held and sold at most. Running it twice adds twice.';
  static override examples = [
    '<%= config.bin %> stock add ticket 500',
    '<%= config.bin %> stock add ticket --sale black-friday -- -20',
  ];
  static override args = {
    product: Args.string({ description: 'Id of the product', required: true }),
    units: Args.integer({ description: 'Units to add', required: true }),
  };
  static override flags = saleFlag;

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(StockAdd);
    const server = await this.openServer(flags);
    const { addStock } = await import('../../toolkit/admin-client/add-stock.ts');
    const stock = await addStock(server, { saleId: flags.sale, productId: args.product, by: args.units });
    const pending = stock.status === 'pending' ? ' soon: the controller finishes it' : '';
    this.print(`${stock.productId} has ${stock.total} units in all, ${stock.free ?? '?'} free${pending}`);
    return stock;
  }
}
