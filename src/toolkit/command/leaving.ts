import { constants } from 'node:os';

type Undo = () => Promise<unknown> | unknown;
export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';
const stopSignals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * How a command leaves. The first SIGINT, SIGTERM or SIGHUP undoes what was registered, newest first, and ends with
 * 128 + the signal's number (130 for Ctrl-C); a second one leaves at once, whatever is still to be undone.
 */
export class Leaving {
  /** The one command that is running in this process, if any. */
  static #current: Leaving | undefined;

  readonly #undos: Undo[] = [];
  readonly #ends: Undo[] = [];
  readonly #abort = new AbortController();
  readonly #exit: (code: number) => void;
  readonly #say: (line: string) => void;
  readonly #listeners = new Map<StopSignal, () => void>();
  #ended: Promise<void> | undefined;

  constructor(use: { readonly exit: (code: number) => void; readonly say: (line: string) => void }) {
    this.#exit = use.exit;
    this.#say = use.say;
  }

  /** Aborted by the first signal: hand it to whatever can stop by itself. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Runs only if the command is interrupted, newest first. */
  onInterrupt(undo: Undo): void {
    this.#undos.push(undo);
  }

  /** Runs however the command ends, once, newest first. */
  atEnd(end: Undo): void {
    this.#ends.push(end);
  }

  /** Nobody reads our output any more (`| head`): ends without a word, after closing what is open. */
  static async leaveQuietly(): Promise<void> {
    try {
      await Leaving.#current?.end();
    } finally {
      process.exit(process.exitCode ?? 0);
    }
  }

  watchSignals(): void {
    Leaving.#current = this;
    for (const signal of stopSignals) {
      const listener = (): void => this.#interrupt(signal);
      this.#listeners.set(signal, listener);
      process.on(signal, listener);
    }
  }

  /** For a command that has its own way of stopping (`serve` drains): from here on `listener` is told of each signal. */
  handOver(listener: (signal: StopSignal) => void): void {
    // Theirs first: with no listener for a moment, Node forgets a signal that is on its way.
    for (const signal of stopSignals) process.on(signal, listener);
    this.ignoreSignals();
  }

  ignoreSignals(): void {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener);
    this.#listeners.clear();
  }

  /** Runs what `atEnd` registered. A failure of one does not keep the others from running; the first is thrown. */
  end(): Promise<void> {
    this.#ended ??= runAll(this.#ends);
    return this.#ended;
  }

  #interrupt(signal: StopSignal): void {
    const code = 128 + constants.signals[signal];
    if (this.#abort.signal.aborted) {
      this.#exit(code);
      return;
    }
    if (this.#undos.length + this.#ends.length > 0) this.#say('Stopping. Once more leaves at once.');
    this.#abort.abort(new Error(`interrupted by ${signal}`));
    runAll(this.#undos)
      .finally(() => this.end())
      .catch((error: unknown) =>
        this.#say(`Could not undo everything: ${error instanceof Error ? error.message : error}`),
      )
      .finally(() => this.#exit(code));
  }
}

async function runAll(steps: Undo[]): Promise<void> {
  const failures: unknown[] = [];
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
