import { Command, Errors, type Interfaces } from '@oclif/core';
import type { LoadedConfig, StackOrigin } from '../../config/load-config.ts';
import { type ErrorCode, errorCodes } from '../../engine/domain/error-codes.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { SettingFlags } from './config-flags.ts';
import { isWatched } from './is-watched.ts';
import { jsonText } from './json-text.ts';
import { Leaving, type StopSignal } from './leaving.ts';

/**
 * What every command of `fluxgate` is. A command parses its flags, calls one thing, prints its result and returns the
 * document that `--json` prints. Results go to stdout (`print`), talk goes to stderr (`say`).
 *
 * A command imports nothing heavy at its top: what it needs it imports inside `run`, so that `--help` stays quick.
 */
export abstract class FluxCommand extends Command {
  static override enableJsonFlag = true;

  readonly #leaving = new Leaving({
    exit: (code) => process.exit(code),
    say: (line) => this.say(line),
  });

  /** Aborted by the first Ctrl-C. */
  protected get interrupted(): AbortSignal {
    return this.#leaving.signal;
  }

  /** Whether a person looks at stdout. */
  protected get isInteractive(): boolean {
    return isWatched(process.stdout) && !this.jsonEnabled();
  }

  /** Undoes something if the command is interrupted. Newest first. */
  protected onInterrupt(undo: () => Promise<unknown> | unknown): void {
    this.#leaving.onInterrupt(undo);
  }

  /** Closes something however the command ends. Newest first. */
  protected atEnd(close: () => Promise<unknown> | unknown): void {
    this.#leaving.atEnd(close);
  }

  /** From here on SIGINT, SIGTERM and SIGHUP are the command's own affair: `listener` is told of each. */
  protected handleSignals(listener: (signal: StopSignal) => void): void {
    this.#leaving.handOver(listener);
  }

  /**
   * For a command that runs until it is told to stop: resolves with the first signal; a second one leaves at once.
   * With `hangupStops` false SIGHUP means something else, which is the caller's to listen for.
   */
  protected askedToStop({ hangupStops = true } = {}): Promise<StopSignal> {
    return new Promise((resolve) => {
      let signals = 0;
      this.handleSignals((signal) => {
        if (signal === 'SIGHUP' && !hangupStops) return;
        signals += 1;
        if (signals > 1) process.exit(130); // whatever was answered with 200 is in the log
        resolve(signal);
      });
    });
  }

  /**
   * For the same: a start that is asked to stop is completed and undone in order, which takes seconds, so it says so at
   * once. Call what it returns when the command has started.
   */
  protected sayIfAskedEarly(asked: Promise<StopSignal>): () => void {
    let starting = true;
    const heard = (): void => {
      if (starting) this.say('Stopping as soon as it has started. Once more leaves at once.');
    };
    asked.then(heard, () => {});
    return () => {
      starting = false;
    };
  }

  /** A line of the result, on stdout. Silent with `--json`. */
  protected print(line = ''): void {
    this.log(line); // one argument: no % is special
  }

  /** Talk: progress, warnings, what happens next. On stderr, also with `--json`. */
  protected say(line: string): void {
    process.stderr.write(`${line}\n`);
  }

  /** Ends with this code's exit code after the result was printed: a verdict, not an error. */
  protected endWith(code: ErrorCode): void {
    process.exitCode = errorCodes[code];
  }

  /**
   * The configuration, with flags above environment above stack file above file above defaults. `stack` is what commands
   * hand over that use Redis, Kafka or PostgreSQL: `stackOrigin` of compose-stack-origin.ts.
   */
  protected async loadConfig(flags: SettingFlags = {}, stack?: StackOrigin): Promise<LoadedConfig> {
    const { loadConfig } = await import('../../config/load-config.ts');
    const sources = { flags, env: process.env, cwd: process.cwd() };
    return loadConfig(stack === undefined ? sources : { ...sources, stack });
  }

  /** Like oclif's, but text that does not parse is always a usage error: an argument's parser throws plain ones. */
  protected override async parse<
    Flags extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    BaseFlags extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    Args extends Interfaces.OutputArgs<Interfaces.ArgInput>,
  >(
    options?: Interfaces.Input<Flags, BaseFlags, Args>,
    argv?: string[],
  ): Promise<Interfaces.ParserOutput<Flags, BaseFlags, Args>> {
    try {
      return await super.parse(options, argv);
    } catch (error) {
      if (error instanceof Errors.CLIError || error instanceof FluxError) throw error;
      throw new FluxError('usage', error instanceof Error ? error.message : String(error));
    }
  }

  override async init(): Promise<void> {
    await super.init();
    this.#leaving.watchSignals();
  }

  /** Errors are put into words in one place: run-command-line.ts. */
  override async catch(error: Error): Promise<never> {
    await this.#unlessInterrupted();
    throw error;
  }

  override async finally(): Promise<void> {
    await this.#unlessInterrupted();
    await this.#leaving.end();
    this.#leaving.ignoreSignals();
  }

  override logJson(document: unknown): void {
    process.stdout.write(`${jsonText(document)}\n`);
  }

  /** An interrupted command prints nothing more: the signal's handler undoes and exits. */
  async #unlessInterrupted(): Promise<void> {
    if (this.interrupted.aborted) await new Promise<never>(() => {});
  }
}
