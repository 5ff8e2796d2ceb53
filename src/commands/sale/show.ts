import { saleArg } from '../../toolkit/command/sale-arg.ts';
import { ServerCommand } from '../../toolkit/command/server-command.ts';

export default class SaleShow extends ServerCommand {
  static override summary = 'Show one sale: state, window, limits, prices and stock';
  static override examples = ['<%= config.bin %> sale show', '<%= config.bin %> sale show black-friday --json'];
  static override args = saleArg;

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(SaleShow);
    const server = await this.openServer(flags);
    const { saleAnswer } = await import('../../toolkit/admin-client/answers.ts');
    const { saleText } = await import('../../toolkit/admin-client/sale-text.ts');
    const sale = await server.call('GET', `/sales/${encodeURIComponent(args.sale)}`, saleAnswer);
    this.print(saleText(sale));
    return sale;
  }
}
