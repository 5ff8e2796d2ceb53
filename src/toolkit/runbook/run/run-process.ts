import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { BoundedOutput } from './bounded-output.ts';
import type { Invocation } from './invocation.ts';
import { groupGone, killGroup } from './process-group.ts';

export type ProcessEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'timed_out' }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'not_started'; readonly why: string };

export interface ProcessResult {
  readonly end: ProcessEnd;
  readonly ms: number;
  /** Both streams, masked, bounded. */
  readonly output: string;
}

export interface RunProcess {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly mask: (text: string) => string;
  /** Hears each line, masked. */
  readonly tell: (line: string) => void;
}

/** After being asked a process has this long to end by itself: our own commands undo what they did. */
const graceMs = 10_000;
/** Output that arrives after the end of its process; a daemon that keeps the pipe open is not waited for. */
const lastWordsMs = 300;
/** What bin/run.js takes as: end with your parent, however it goes. */
const childMark = '__FLUXGATE_CHILD';

/** Runs one command to its end, in a process group of its own: Ctrl-C reaches it through us, once. Never rejects. */
export async function runProcess(command: Invocation, use: RunProcess): Promise<ProcessResult> {
  const began = performance.now();
  const output = new BoundedOutput(use);
  const end = use.signal.aborted ? ({ kind: 'interrupted' } as const) : await ended(command, use, output);
  return { end, ms: Math.round(performance.now() - began), output: output.text };
}

function ended(command: Invocation, { timeoutMs, signal }: RunProcess, output: BoundedOutput): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    const child = spawn(command.program, command.args, {
      env: { ...process.env, ...command.env, NO_COLOR: '1', ...(command.own ? { [childMark]: '1' } : {}) },
      stdio: command.own ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let why: ProcessEnd | undefined;
    let last: NodeJS.Timeout | undefined;
    let goneByMs = 0;
    const stop = (end: ProcessEnd, ask: NodeJS.Signals): void => {
      why ??= end;
      killGroup(child.pid, ask);
      if (last !== undefined) return;
      last = setTimeout(() => killGroup(child.pid, 'SIGKILL'), graceMs);
      goneByMs = performance.now() + graceMs + lastWordsMs;
    };
    const interrupt = (): void => stop({ kind: 'interrupted' }, 'SIGINT');
    const deadline = setTimeout(() => stop({ kind: 'timed_out' }, 'SIGTERM'), timeoutMs);
    signal.addEventListener('abort', interrupt, { once: true });
    const streams = [child.stdout, child.stderr].map((from) => {
      const into = output.stream();
      from?.setEncoding('utf8').on('data', (text: string) => into.write(text));
      return into;
    });
    const finish = (end: ProcessEnd): void => {
      clearTimeout(last);
      for (const stream of streams) stream.end();
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve(why ?? end);
    };
    const unhook = (): void => {
      clearTimeout(deadline);
      signal.removeEventListener('abort', interrupt);
    };
    child.once('error', (error) => {
      unhook();
      finish({ kind: 'not_started', why: error.message });
    });
    child.once('exit', (code, killedBy) => {
      unhook();
      const end: ProcessEnd =
        killedBy === null ? { kind: 'exited', code: code ?? 1 } : { kind: 'killed', signal: killedBy };
      // a shell goes at once, what it started may still be at work: nothing is taken back beside it
      if (why !== undefined) {
        void groupGone(child.pid, goneByMs).then(() => finish(end));
        return;
      }
      const late = setTimeout(() => finish(end), lastWordsMs);
      child.once('close', () => {
        clearTimeout(late);
        finish(end);
      });
    });
  });
}
