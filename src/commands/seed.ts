import { Flags } from '@oclif/core';
import { saleFlag } from '../toolkit/command/sale-arg.ts';
import { ServerCommand } from '../toolkit/command/server-command.ts';

export default class Seed extends ServerCommand {
  static override summary = 'Make a sale with products and stock on a running server';
  static override description =
    'Makes the free stock exactly the quantity and opens the sale. Repeatable: the same seed twice is the same sale.';
  static override examples = [
    '<%= config.bin %> seed --product ticket --quantity 1000 --limit 2 --price 49.00EUR',
    '<%= config.bin %> seed --file scenarios/flash-sale.yaml',
  ];
  static override flags = {
    ...saleFlag,
    file: Flags.string({
      char: 'f',
      description: 'Scenario whose sale is made: a file, or the name of one that ships',
      exclusive: ['product'],
      helpValue: 'FILE',
    }),
    product: Flags.string({ description: 'Id of the product', helpValue: 'ID' }),
    quantity: Flags.integer({ description: 'Free units', min: 0, dependsOn: ['product'] }),
    limit: Flags.integer({ description: 'Units one buyer may hold', min: 1, dependsOn: ['product'] }),
    price: Flags.string({ description: 'Price of one unit', dependsOn: ['product'], helpValue: '49.00EUR' }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Seed);
    const { seedFromFile, seedFromFlags } = await import('../toolkit/admin-client/seed-plan.ts');
    const plan = flags.file === undefined ? seedFromFlags(flags) : await seedFromFile(flags.file, flags.sale);
    const server = await this.openServer(flags);
    const { seed } = await import('../toolkit/admin-client/seed.ts');
    const { saleText } = await import('../toolkit/admin-client/sale-text.ts');
    const sale = await seed(server, plan);
    this.print(saleText(sale));
    return sale;
  }
}
