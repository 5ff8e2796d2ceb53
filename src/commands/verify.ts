import type { Config } from '../config/config-schema.ts';
import { serverFlags } from '../toolkit/command/config-flags.ts';
import { FluxCommand } from '../toolkit/command/flux-command.ts';
import type { VerifyAsk } from '../toolkit/verify/verify-ask.ts';
import { verifyFlags } from '../toolkit/verify/verify-flags.ts';

export default class Verify extends FluxCommand {
  static override summary = 'Prove that nothing was oversold, lost or doubled';
  static override description =
    'Reconciles four books: what buyers heard (--history), the ledger, the gate and the order log. Ends with 0 if every ' +
    'invariant holds, 20 if one is violated, 23 if nothing can be said. Works with serve down. Changes nothing.';
  static override usage = [
    'verify [-s ID] [--history FILE...] [--wait TIME] [--max-revoked N] [--junit FILE] [--github] [--json]',
    'verify --history FILE... --export-history FILE',
    'verify --watch [--every TIME] [--since TIME] [--json-stream]',
    'verify --explain ORDER|KEY [--user ID] [--history FILE...]',
  ];
  static override examples = [
    '<%= config.bin %> verify',
    '<%= config.bin %> verify --history run.ndjson --junit verify.xml',
    '<%= config.bin %> verify --json --wait 0 | jq .verdict',
    '<%= config.bin %> verify --watch --since 10m',
    '<%= config.bin %> verify --explain 3f0c1d2e-0000-8000-8000-000000000000 --history run.ndjson',
    '<%= config.bin %> verify --history run.ndjson --export-history run.edn',
  ];
  static override flags = { ...serverFlags, ...verifyFlags };

  async run(): Promise<unknown> {
    const { flags, metadata } = await this.parse(Verify);
    const { readVerifyAsk } = await import('../toolkit/verify/verify-ask.ts');
    const ask = readVerifyAsk(flags, { waitByDefault: metadata.flags.wait?.setFromDefault === true });
    const { stackOrigin } = await import('../compose-stack-origin.ts');
    const { value: config } = await this.loadConfig(flags, stackOrigin);
    const { keepHeapSmall } = await import('../toolkit/verify/small-heap.ts');
    keepHeapSmall();
    if (ask.kind === 'explain') return this.#explain(config, ask);
    return ask.kind === 'watch' ? this.#watch(config, ask) : this.#verify(config, ask);
  }

  async #verify(config: Config, ask: Extract<VerifyAsk, { kind: 'verify' }>): Promise<unknown> {
    const { openBooks } = await import('../compose-books.ts');
    const { verifyOnce } = await import('../toolkit/verify/verify-once.ts');
    const { colourOf } = await import('../toolkit/verify/verdict-colour.ts');
    return verifyOnce({
      config,
      openBooks,
      ask,
      env: process.env,
      print: (text) => this.print(text),
      // a document on stdout stands alone; GitHub reads both
      annotate: this.jsonEnabled() ? (line) => this.say(line) : (line) => this.print(line),
      say: (line) => this.say(line),
      paint: this.isInteractive ? colourOf : undefined,
      endWith: (code) => this.endWith(code),
      atEnd: (close) => this.atEnd(close),
    });
  }

  async #watch(config: Config, ask: Extract<VerifyAsk, { kind: 'watch' }>): Promise<void> {
    const { openBooks } = await import('../compose-books.ts');
    const { watchFolder } = await import('../toolkit/verify/watch-folder.ts');
    const { colourOf } = await import('../toolkit/verify/verdict-colour.ts');
    process.exitCode = await watchFolder({
      config,
      openBooks,
      ask,
      stop: this.askedToStop(),
      print: (text) => this.print(text),
      paint: this.isInteractive ? colourOf : undefined,
      atEnd: (close) => this.atEnd(close),
    });
  }

  async #explain(config: Config, ask: Extract<VerifyAsk, { kind: 'explain' }>): Promise<unknown> {
    const { openBooks } = await import('../compose-books.ts');
    const { explainInFolder } = await import('../toolkit/verify/explain/explain-in-folder.ts');
    const { storyDocument } = await import('../toolkit/verify/explain/order-story.ts');
    const { storyText } = await import('../toolkit/verify/explain/story-text.ts');
    const { colourOf } = await import('../toolkit/verify/verdict-colour.ts');
    const use = { config, openBooks, ask, say: (line: string) => this.say(line) };
    const story = await explainInFolder({ ...use, atEnd: (close) => this.atEnd(close) });
    this.print(this.isInteractive ? storyText(story, colourOf) : storyText(story));
    if (story.exitCode === 20) this.endWith('invariant_violated');
    if (story.exitCode === 23) this.endWith('inconclusive');
    return storyDocument(story);
  }
}
