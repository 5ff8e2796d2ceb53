import { ServerCommand } from '../../toolkit/command/server-command.ts';

export default class SaleList extends ServerCommand {
  static override summary = 'List the sales of a running server';
  static override examples = [
    '<%= config.bin %> sale list',
    '<%= config.bin %> sale list --url http://127.0.0.1:3000 --json',
  ];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(SaleList);
    const server = await this.openServer(flags);
    const { salesAnswer } = await import('../../toolkit/admin-client/answers.ts');
    const { salesText } = await import('../../toolkit/admin-client/sale-text.ts');
    const answer = await server.call('GET', '/sales', salesAnswer);
    this.print(salesText(answer.sales));
    return answer;
  }
}
