import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
/** The built binary. `npm test` builds it; a single test file wants `npm run build` beforehand. */
export const entryPath = join(root, 'bin/run.js');

export interface CliOptions {
  /** On top of this process's environment, from which FLUXGATE_*, CI, colours and test settings are taken away. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Written to stdin, which then ends. Default: an empty stdin. */
  readonly input?: string;
  /** Killed after this long: a test that waits for ever says nothing. */
  readonly deadlineMs?: number;
  /** Another file to run instead of bin/run.js. */
  readonly entry?: string;
  /** Flags for node itself. */
  readonly nodeArgs?: readonly string[];
  /** In a process group of its own, as a shell starts it: `process.kill(-pid, 'SIGINT')` is then Ctrl-C in its terminal. */
  readonly ownGroup?: boolean;
}

export interface CliResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningCli {
  readonly child: ChildProcess;
  readonly pid: number;
  /** What came so far. */
  readonly stdout: string;
  readonly stderr: string;
  readonly ended: Promise<CliResult>;
  /** Resolves with the match once stdout or stderr has it; rejects at the deadline or when the process ended without. */
  waitFor(pattern: RegExp, deadlineMs?: number): Promise<RegExpExecArray>;
  kill(signal?: NodeJS.Signals): void;
}

/** Our variables and everything that changes what a command prints. */
function cleanEnvironment(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(FLUXGATE_|VITEST|npm_)|^(CI|NO_COLOR|FORCE_COLOR|NODE_ENV|NODE_OPTIONS|DEBUG|TEST|DEV|PROD|MODE)$/.test(name),
  );
  return { ...Object.fromEntries(kept), ...env };
}

/** Starts `fluxgate` with these arguments. Whoever starts it ends it: `kill` and await `ended`. */
export function startCli(args: readonly string[], options: CliOptions = {}): RunningCli {
  if (!existsSync(join(root, 'dist/toolkit/command/run-command-line.js'))) {
    throw new Error('fluxgate is not built: npm run build');
  }
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), options.entry ?? entryPath, ...args], {
    cwd: options.cwd,
    env: cleanEnvironment(options.env ?? {}),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: options.ownGroup ?? false,
  });
  child.stdin.on('error', () => {}); // it may end before it has read all of the input
  child.stdin.end(options.input ?? '');
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const deadline = setTimeout(() => child.kill('SIGKILL'), options.deadlineMs ?? 60_000);
  const ended = new Promise<CliResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(deadline);
      resolve({ ...output, code, signal });
    });
  });
  return {
    child,
    pid: child.pid ?? -1,
    get stdout() {
      return output.stdout;
    },
    get stderr() {
      return output.stderr;
    },
    ended,
    kill: (signal = 'SIGTERM') => void child.kill(signal),
    waitFor: (pattern, deadlineMs = 30_000) => waitForOutput(child, ended, output, pattern, deadlineMs),
  };
}

function waitForOutput(
  child: ChildProcess,
  ended: Promise<CliResult>,
  output: { readonly stdout: string; readonly stderr: string },
  pattern: RegExp,
  deadlineMs: number,
): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      stop();
      reject(new Error(`${why}; looked for ${pattern} in:\n${output.stdout}\n${output.stderr}`));
    };
    const look = (): void => {
      const found = pattern.exec(output.stdout) ?? pattern.exec(output.stderr);
      if (found === null) return;
      stop();
      resolve(found);
    };
    const timer = setTimeout(() => fail(`nothing within ${deadlineMs} ms`), deadlineMs);
    const stop = (): void => {
      clearTimeout(timer);
      child.stdout?.off('data', look);
      child.stderr?.off('data', look);
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    ended.then(() => {
      look();
      fail('the process has ended');
    }, reject);
    look();
  });
}

/** Runs `fluxgate` with these arguments to its end. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startCli(args, options).ended;
}
