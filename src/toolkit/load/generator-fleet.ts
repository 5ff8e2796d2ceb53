import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { errorCodes } from '../../engine/domain/error-codes.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { GeneratorTask } from './generate-load.ts';
import type { FromGenerator, ToGenerator } from './generator-message.ts';
import type { GeneratorProgress } from './generator-progress.ts';
import type { LoadPart } from './load-part.ts';

export interface FleetOptions {
  /** One for each process. */
  readonly tasks: readonly GeneratorTask[];
  readonly progressEveryMs: number;
  readonly signal: AbortSignal | undefined;
  /** When everybody is ready: the moment of `process.hrtime` at which all begin. */
  readonly onStart: (startAtNs: bigint) => void;
}

/** What the processes brought home. */
export interface FleetResult {
  readonly parts: readonly LoadPart[];
  /** A sentence for each that ended without bringing its part. */
  readonly lost: readonly string[];
}

/** Loading Node and planning millions of arrivals, on a busy machine. */
const readyMs = 30_000;
/** From the word to the first arrival: it has to reach every process before. */
const headStartNs = 200_000_000n;
/** After the hard stop: closing a history of gigabytes takes longest. */
const reportMs = 30_000;

/**
 * Several generating processes for one run: each gets its share of the arrivals, all begin at the same moment, their parts are
 * brought home. One that dies is told of, never made up for; whatever happens, no process is left behind.
 * @throws FluxError what a process failed with, `interrupted` where the signal aborts before the beginning
 */
export class GeneratorFleet {
  readonly #options: FleetOptions;
  readonly #members: readonly FleetMember[];

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#members = options.tasks.map((task) => new FleetMember(task, options.progressEveryMs));
  }

  /** The last that each process said. */
  get progress(): readonly GeneratorProgress[] {
    return this.#members.flatMap(({ progress }) => progress ?? []);
  }

  /** Of the processes, those that live. */
  get pids(): readonly number[] {
    return this.#members.flatMap(({ pid }) => pid ?? []);
  }

  async finish(): Promise<FleetResult> {
    const { signal, onStart, tasks } = this.#options;
    const stop = (): void => {
      for (const member of this.#members) member.tell({ kind: 'stop' });
    };
    try {
      await Promise.all(this.#members.map((member) => member.ready(readyMs)));
      if (signal?.aborted) throw new FluxError('interrupted', 'the run was interrupted before it began');
      signal?.addEventListener('abort', stop, { once: true });
      const startAtNs = process.hrtime.bigint() + headStartNs;
      onStart(startAtNs);
      for (const member of this.#members) member.tell({ kind: 'go', startAtNs });
      const limitMs = (tasks[0]?.scenario.limits.hardStopSeconds ?? 0) * 1_000 + reportMs;
      const ends = await Promise.all(this.#members.map((member) => member.end(limitMs)));
      return {
        parts: ends.flatMap((end) => (end.kind === 'part' ? end.part : [])),
        lost: ends.flatMap((end, n) => (end.kind === 'died' ? lostText(n, ends.length, end.how) : [])),
      };
    } finally {
      signal?.removeEventListener('abort', stop);
      await Promise.all(this.#members.map((member) => member.kill()));
    }
  }
}

function lostText(n: number, of: number, how: string): string {
  return `generator ${n + 1} of ${of} ${how} before it reported: its share of the crowd is missing from every number here`;
}

type MemberEnd =
  | { readonly kind: 'part'; readonly part: LoadPart }
  | { readonly kind: 'died'; readonly how: string }
  | { readonly kind: 'failed'; readonly error: FluxError };

/** One generating process, seen from the run. */
class FleetMember {
  progress: GeneratorProgress | null = null;
  readonly #child: ChildProcess;
  readonly #isReady: Promise<void>;
  readonly #ended: Promise<MemberEnd>;

  constructor(task: GeneratorTask, progressEveryMs: number) {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const program = fileURLToPath(new URL(`./generator-process.${extension}`, import.meta.url));
    // advanced: money is bigint, which JSON does not know
    const child = fork(program, {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    const exited = once(child, 'exit').then(([code, signal]): MemberEnd => {
      return { kind: 'died', how: signal === null ? `ended with ${code}` : `was ended by ${signal}` };
    });
    const said = new Promise<MemberEnd>((resolve) => {
      child.on('message', (message: FromGenerator) => {
        if (message.kind === 'progress') this.progress = message.progress;
        if (message.kind === 'part') resolve(message);
        if (message.kind === 'failed') resolve({ kind: 'failed', error: errorOf(message) });
      });
      child.on('error', (cause) =>
        resolve({ kind: 'failed', error: new FluxError('fault', 'a generator was not started', { cause }) }),
      );
    });
    this.#ended = Promise.race([said, exited]);
    this.#isReady = new Promise((resolve) => {
      child.on('message', (message: FromGenerator) => {
        if (message.kind === 'ready') resolve();
      });
    });
    this.tell({ kind: 'task', task, progressEveryMs });
  }

  get pid(): number | undefined {
    return this.#child.exitCode === null && this.#child.signalCode === null ? this.#child.pid : undefined;
  }

  tell(message: ToGenerator): void {
    // a process that has gone is told of by its exit
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /** @throws FluxError where it failed, ended or took too long instead */
  async ready(limitMs: number): Promise<void> {
    const end = await Promise.race([this.#isReady, this.#ended, late(limitMs)]);
    if (end === undefined) return;
    if (end.kind === 'failed') throw end.error;
    throw new FluxError('fault', `a generator ${end.kind === 'died' ? end.how : 'ended'} before it began`);
  }

  async end(limitMs: number): Promise<MemberEnd> {
    const end = await Promise.race([this.#ended, late(limitMs)]);
    if (end.kind === 'failed') throw end.error;
    return end;
  }

  /** Resolves when it is gone: until then it may still write its history. */
  async kill(): Promise<void> {
    if (this.pid === undefined) return;
    const gone = new Promise((resolve) => {
      this.#child.once('exit', resolve);
    });
    this.#child.kill('SIGKILL');
    await gone;
  }
}

function late(limitMs: number): Promise<MemberEnd> {
  return new Promise((resolve) => {
    setTimeout(() => resolve({ kind: 'died', how: `said nothing for ${limitMs / 1_000} s` }), limitMs).unref();
  });
}

function errorOf({ code, message }: Extract<FromGenerator, { kind: 'failed' }>): FluxError {
  return new FluxError(code !== null && code in errorCodes ? code : 'fault', message);
}
