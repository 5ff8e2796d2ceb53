import { Flags } from '@oclif/core';
import { dataDirFlag } from '../toolkit/command/config-flags.ts';
import { FluxCommand } from '../toolkit/command/flux-command.ts';
import type { DemoState } from '../toolkit/demo/demo-state.ts';

export default class Demo extends FluxCommand {
  static override summary = 'Run a whole sale on this machine, kill the server in the middle, and prove the books';
  static override description =
    'Starts a server with its own PostgreSQL, opens a sale, sends a crowd over HTTP, kills the server with SIGKILL, lets it recover and verifies. About 20 s. Ends 0 only if every invariant holds.';
  static override examples = [
    '<%= config.bin %> demo',
    '<%= config.bin %> demo --buyers 50000 --stock 2000 --rate 4000',
    '<%= config.bin %> demo --json',
  ];
  static override flags = {
    ...dataDirFlag,
    buyers: Flags.integer({ description: 'How many buyers come', default: 20_000, min: 1, max: 1_000_000 }),
    stock: Flags.integer({ description: 'How many units there are', default: 1_000, min: 1, max: 1_000_000 }),
    rate: Flags.integer({ description: 'Buyers a second in the rush', default: 3_000, min: 1, max: 20_000 }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Demo);
    const [{ runDemo }, { verdictLines }, onState] = await Promise.all([
      import('../toolkit/demo/run-demo.ts'),
      import('../toolkit/demo/demo-text.ts'),
      this.#openView(),
    ]);
    const running = runDemo({
      buyers: flags.buyers,
      stock: flags.stock,
      ratePerSecond: flags.rate,
      dataDir: flags['data-dir'] ?? null,
      root: this.config.root,
      signal: this.interrupted,
      onState,
    });
    // Ctrl-C aborts the demo; it leaves only after it has cleaned up behind itself.
    this.onInterrupt(() => running.catch(() => {}));
    const result = await running.finally(() => this.#closeView());

    for (const line of verdictLines(result)) this.print(line);
    const verdict = await this.#emphasised(result.verdict);
    this.print(
      result.verdict === 'proven'
        ? `${verdict}: nothing oversold, nothing lost, nothing doubled`
        : `${verdict}: ${result.summary}`,
    );
    if (result.verdict === 'violated') this.endWith('invariant_violated');
    if (result.verdict === 'inconclusive') this.endWith('inconclusive');
    return result;
  }

  async #emphasised(verdict: 'proven' | 'violated' | 'inconclusive'): Promise<string> {
    const word = verdict.toUpperCase();
    if (!this.isInteractive) return word;
    const { default: chalk } = await import('chalk');
    return chalk.bold[verdict === 'proven' ? 'green' : verdict === 'violated' ? 'red' : 'yellow'](word);
  }

  #closeView: () => void = () => {};

  /** Live on a terminal, plain lines elsewhere; both are talk, so that stdout has the verdict alone. */
  async #openView(): Promise<(state: DemoState) => void> {
    if (!this.isInteractive) {
      const { createPlainView } = await import('../toolkit/demo/plain-view.ts');
      return createPlainView((line) => this.say(line));
    }
    const { openLiveView } = await import('../toolkit/demo/demo-view.tsx');
    let view: ReturnType<typeof openLiveView> | null = null;
    this.#closeView = () => view?.end();
    return (state) => {
      view ??= openLiveView(state);
      view.show(state);
    };
  }
}
