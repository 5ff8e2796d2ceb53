import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isRunning, pauseProcess, untilGone } from './process-state.ts';

/** A process that is started again whenever it has gone, as an operator's supervisor does: the same command, nothing else. */
export interface Supervised {
  readonly name: string;
  /** Of the process that runs; between two, of the one that ran last. */
  readonly pid: number;
  /** SIGKILL; resolves once it has gone. */
  kill(): Promise<void>;
  /** Asks it to stop in order; resolves once it has gone, of itself or, long past any deadline of its own, by SIGKILL. */
  restart(): Promise<void>;
  /** Ends it, in order where no signal is given, and nobody starts it again until the returned function is called. */
  takeDown(signal?: NodeJS.Signals): Promise<() => void>;
  /** SIGSTOP to it and its children; resolves once they stand still, with what lets them go on. */
  pause(): Promise<() => void>;
  /** Ends it for good, in order where no signal is given. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

/** One run of a process. */
export interface Running {
  readonly pid: number;
  /** Resolves when it has gone, whyever. */
  readonly gone: Promise<unknown>;
}

/** What a supervisor waits between two tries; a start whose dependency is away fails for seconds. */
const pauseMs = 200;
/** Drains, checkpoints and controlled shutdowns are bounded by 10 s and 15 s of their own. */
const orderlyMs = 40_000;

/** Watches over `first` and starts the next by `start` (which rejects where it did not come up: then once more). */
export function supervise(use: {
  readonly name: string;
  readonly stopSignal: NodeJS.Signals;
  readonly first: Running;
  readonly start: () => Promise<Running>;
}): Supervised {
  const { name, stopSignal } = use;
  let current = use.first;
  let ending = false;
  let mayStart = Promise.resolve();

  const watching = (async () => {
    for (;;) {
      await current.gone;
      await mayStart;
      while (!ending) {
        const next = await use.start().catch(() => null);
        if (next !== null) {
          current = next;
          break;
        }
        await setTimeout(pauseMs);
      }
      if (ending) return;
    }
  })();

  async function stop({ pid }: Running, signal: NodeJS.Signals): Promise<void> {
    send(pid, signal);
    await untilGone(pid, orderlyMs).catch(async () => {
      send(pid, 'SIGKILL');
      await untilGone(pid);
    });
  }

  return {
    name,
    get pid() {
      return current.pid;
    },
    kill: () => stop(current, 'SIGKILL'),
    restart: () => stop(current, stopSignal),
    async takeDown(signal = stopSignal) {
      const allowed = Promise.withResolvers<void>();
      mayStart = allowed.promise;
      await stop(current, signal);
      return allowed.resolve;
    },
    async pause() {
      for (;;) {
        const { pid } = current;
        try {
          return await pauseTree(pid);
        } catch (error) {
          // One that has just ended by itself, as a worker does whose Kafka is away at its start, comes up again.
          if (isRunning(pid)) throw error;
          await setTimeout(20);
        }
      }
    },
    async end(signal = stopSignal) {
      ending = true;
      await stop(current, signal);
      await watching;
      // The next may have come up while this one was ended.
      await stop(current, signal);
    },
  };
}

/** A process that runs, whoever started it. */
export function runningAt(pid: number): Running {
  const gone = async (): Promise<void> => {
    while (isRunning(pid)) await setTimeout(20);
  };
  return { pid, gone: gone() };
}

/** Supervises a running process of a stack by what /proc says of its command (proc(5), so on Linux only). */
export function superviseService(use: {
  readonly name: string;
  readonly pid: number;
  readonly stopSignal: NodeJS.Signals;
  readonly stackDir: string;
  /** Told of each new process. */
  readonly onStarted: (pid: number) => void;
}): Supervised {
  const { name, stackDir } = use;
  const command = commandOf(use.pid);
  return supervise({
    ...use,
    first: runningAt(use.pid),
    async start() {
      const log = openSync(join(stackDir, `${name}.log`), 'a', 0o600);
      const stdio = ['ignore', log, log] as const;
      // Where it was started, not where Redis went then.
      const child = spawn(command.program, command.args, {
        env: command.env,
        cwd: stackDir,
        detached: true,
        stdio: [...stdio],
      });
      closeSync(log);
      const gone = new Promise<void>((resolve) => {
        child.once('exit', () => resolve());
        child.once('error', () => resolve());
      });
      child.unref();
      if (child.pid === undefined) throw new Error(`${name} cannot be started`);
      // What ends a forgotten stack (throwaway-stack.ts) goes by these files.
      writeFileSync(join(stackDir, `${name}.pid`), `${child.pid} 0\n`);
      const ended = await Promise.race([gone.then(() => true), setTimeout(pauseMs, false)]);
      if (ended) throw new Error(`${name} ended at once`);
      use.onStarted(child.pid);
      return { pid: child.pid, gone };
    },
  });
}

interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

function commandOf(pid: number): Command {
  const listIn = (name: string): readonly string[] =>
    readFileSync(`/proc/${pid}/${name}`, 'utf8').split('\0').slice(0, -1);
  const [program = '', ...args] = listIn('cmdline');
  const env = listIn('environ').map((pair) => {
    const end = pair.indexOf('=');
    return [pair.slice(0, end), pair.slice(end + 1)] as const;
  });
  return { program, args, env: Object.fromEntries(env) };
}

/** The process first: it can have no more children then. */
async function pauseTree(pid: number): Promise<() => void> {
  await pauseProcess(pid);
  const tree = [pid, ...childrenOf(pid)];
  await Promise.all(tree.slice(1).map((child) => pauseProcess(child).catch(() => {})));
  return () => {
    for (const each of tree) send(each, 'SIGCONT');
  };
}

function childrenOf(pid: number): readonly number[] {
  if (process.platform !== 'linux') return [];
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it has gone
  }
}
