import { orderArg } from '../../toolkit/command/order-arg.ts';
import { ServerCommand } from '../../toolkit/command/server-command.ts';

export default class OrderShow extends ServerCommand {
  static override summary = 'Show one order: what it is, and how it came there';
  static override examples = ['<%= config.bin %> order show 3f0c1d2e-0000-8000-8000-000000000000'];
  static override args = orderArg;

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(OrderShow);
    const server = await this.openServer(flags);
    const { orderAnswer } = await import('../../toolkit/admin-client/answers.ts');
    const { orderText } = await import('../../toolkit/admin-client/order-text.ts');
    const order = await server.call('GET', `/status/${args.id}`, orderAnswer);
    this.print(orderText(order));
    return order;
  }
}
