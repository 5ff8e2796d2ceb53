import { orderArg } from '../../toolkit/command/order-arg.ts';
import { ServerCommand } from '../../toolkit/command/server-command.ts';

export default class OrderConfirm extends ServerCommand {
  static override summary = 'Confirm an order of a sale with explicit confirmation';
  static override description = 'Repeatable. Too late once the hold has expired.';
  static override examples = ['<%= config.bin %> order confirm 3f0c1d2e-0000-8000-8000-000000000000'];
  static override args = orderArg;

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(OrderConfirm);
    const server = await this.openServer(flags);
    const { endedAnswer } = await import('../../toolkit/admin-client/answers.ts');
    const ended = await server.call('POST', `/confirm/${args.id}`, endedAnswer);
    this.print(`${ended.orderId} is ${ended.state}`);
    return ended;
  }
}
