import { Args, Flags } from '@oclif/core';
import { saleFlag } from '../toolkit/command/sale-arg.ts';
import { ServerCommand } from '../toolkit/command/server-command.ts';

export default class ProbeCommand extends ServerCommand {
  static override summary = 'Ask one thing of the running sale, and wait until it is so';
  static override description =
    'FACT [PRODUCT] [is|is-not|at-least|at-most|above|below VALUE]. Ends with 0 where it is so, with 22 where it is not, also ' +
    'where nobody can say. Facts: ready, controller, lag, dead-letters; of the sale: sale, epoch, gate, outbox, waiting, ' +
    'overdue-holds; of a product: free, total, held, sold. docs/runbooks.md says what each means.';
  static override examples = [
    '<%= config.bin %> probe lag is 0 --wait 2m',
    '<%= config.bin %> probe sale is open --sale night',
    '<%= config.bin %> probe free ticket at-least 100',
    '<%= config.bin %> probe ready is yes --url http://127.0.0.1:3001',
    '<%= config.bin %> probe epoch',
  ];
  static override args = { fact: Args.string({ description: 'What is asked, with its product', required: true }) };
  static override strict = false;
  static override usage = 'probe FACT [PRODUCT] [COMPARISON VALUE]';
  static override flags = {
    ...saleFlag,
    wait: Flags.string({ description: 'Look again for so long', helpValue: 'TIME', default: '0' }),
  };

  async run(): Promise<unknown> {
    const { argv, flags } = await this.parse(ProbeCommand);
    const [{ parseProbe }, { probeText, runProbe }, { serverSources }, { parseWait }] = await Promise.all([
      import('../toolkit/probe/probe.ts'),
      import('../toolkit/probe/run-probe.ts'),
      import('../toolkit/probe/server-sources.ts'),
      import('../toolkit/verify/parse-wait.ts'),
    ]);
    const probe = parseProbe(argv.map(String));
    const waitMs = parseWait(flags.wait);
    const sources = serverSources(
      () => this.openServer(flags),
      (limit) => this.#letters(flags, limit),
    );
    const { setTimeout: sleep } = await import('node:timers/promises');
    const answer = await runProbe({
      probe,
      saleId: flags.sale,
      sources,
      waitMs,
      nowMs: () => performance.now(),
      sleep: (ms) => sleep(ms, undefined, { signal: this.interrupted }).catch(() => {}),
    });
    this.print(probeText(answer));
    if (!answer.holds) this.endWith('steady_state_deviated');
    return answer;
  }

  async #letters(flags: Record<string, unknown>, limit: number): Promise<readonly unknown[]> {
    const { stackOrigin } = await import('../compose-stack-origin.ts');
    const { value: config } = await this.loadConfig(flags, stackOrigin);
    const { openBooks } = await import('../compose-books.ts');
    const books = await openBooks(config);
    try {
      return await books.ledger.deadLetters(limit);
    } finally {
      await books.close();
    }
  }
}
