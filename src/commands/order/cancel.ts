import { orderArg } from '../../toolkit/command/order-arg.ts';
import { ServerCommand } from '../../toolkit/command/server-command.ts';

export default class OrderCancel extends ServerCommand {
  static override summary = 'Cancel an order: its units are free again';
  static override description = 'Repeatable: an order that is cancelled stays cancelled.';
  static override examples = ['<%= config.bin %> order cancel 3f0c1d2e-0000-8000-8000-000000000000'];
  static override args = orderArg;

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(OrderCancel);
    const server = await this.openServer(flags);
    const { endedAnswer } = await import('../../toolkit/admin-client/answers.ts');
    const ended = await server.call('POST', `/cancel/${args.id}`, endedAnswer);
    this.print(`${ended.orderId} is ${ended.state}`);
    return ended;
  }
}
