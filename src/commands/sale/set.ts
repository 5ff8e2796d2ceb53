import { Flags } from '@oclif/core';
import { saleArg } from '../../toolkit/command/sale-arg.ts';
import { ServerCommand } from '../../toolkit/command/server-command.ts';

export default class SaleSet extends ServerCommand {
  static override summary = 'Change rate, window, limits or prices of a sale';
  static override description = 'What is not named stays. Prices of orders that were accepted never change.';
  static override examples = [
    '<%= config.bin %> sale set --rate 500',
    '<%= config.bin %> sale set black-friday --opens-at 2026-11-27T08:00:00Z --closes-at none',
    '<%= config.bin %> sale set --limit ticket=2 --price ticket=49.00EUR',
  ];
  static override args = saleArg;
  static override flags = {
    rate: Flags.string({ description: 'Orders admitted a second; none for no limit', helpValue: 'NUMBER|none' }),
    'opens-at': Flags.string({
      description: 'When the sale opens by itself; none for at once',
      helpValue: 'TIME|none',
    }),
    'closes-at': Flags.string({
      description: 'When the sale closes by itself; none for never',
      helpValue: 'TIME|none',
    }),
    confirmation: Flags.string({
      description: 'on_record: recorded means confirmed; explicit: held until somebody confirms',
      options: ['on_record', 'explicit'],
    }),
    'hold-seconds': Flags.integer({ description: 'How long an explicit order waits for its confirmation', min: 1 }),
    limit: Flags.string({
      multiple: true,
      description: 'Units one buyer may hold of a product; none for no limit',
      helpValue: 'PRODUCT=NUMBER|none',
    }),
    price: Flags.string({ multiple: true, description: 'Price of a product', helpValue: 'PRODUCT=49.00EUR' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(SaleSet);
    const { saleChangesFrom } = await import('../../toolkit/admin-client/sale-changes.ts');
    const changes = saleChangesFrom(flags);
    const server = await this.openServer(flags);
    const { changeSale } = await import('../../toolkit/admin-client/change-sale.ts');
    const { saleText } = await import('../../toolkit/admin-client/sale-text.ts');
    const sale = await changeSale(server, args.sale, changes);
    this.print(saleText(sale));
    return sale;
  }
}
