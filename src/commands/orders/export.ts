import { Flags } from '@oclif/core';
import { dataDirFlag } from '../../toolkit/command/config-flags.ts';
import { FluxCommand } from '../../toolkit/command/flux-command.ts';

export default class OrdersExport extends FluxCommand {
  static override summary = 'Write all orders of the ledger to stdout, oldest first';
  static override description =
    'One JSON object a line; with --csv one row for each order line, where text that begins like a formula gets a quote in ' +
    "front (' as spreadsheets have it); with --json one document. Works beside a running " +
    'serve and without one. Memory does not grow with the sale.';
  static override examples = [
    '<%= config.bin %> orders export > orders.ndjson',
    '<%= config.bin %> orders export --csv --sale black-friday > orders.csv',
  ];
  static override flags = {
    ...dataDirFlag,
    sale: Flags.string({ char: 's', description: 'Only the orders of this sale', helpValue: 'ID' }),
    csv: Flags.boolean({ description: 'Comma-separated values (RFC 4180)', exclusive: ['json'] }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(OrdersExport);
    const { stackOrigin } = await import('../../compose-stack-origin.ts');
    const { value: config } = await this.loadConfig(flags, stackOrigin);
    const { openBooks } = await import('../../compose-books.ts');
    const { exportOrders } = await import('../../toolkit/orders/export-orders.ts');
    const books = await openBooks(config);
    this.atEnd(() => books.close());
    const shape = this.jsonEnabled() ? 'json' : flags.csv ? 'csv' : 'ndjson';
    const count = await exportOrders(books.ledger, {
      shape,
      sale: flags.sale,
      signal: this.interrupted,
      to: process.stdout,
    });
    this.say(`${new Intl.NumberFormat('en').format(count)} ${count === 1 ? 'order' : 'orders'}`);
  }
}
