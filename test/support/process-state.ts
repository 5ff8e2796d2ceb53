import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** Whether a process of this id is there (zombies that nobody waited for do not count). */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return process.platform !== 'linux';
  }
}

/** Resolves once the process is gone; rejects at the deadline. */
export async function untilGone(pid: number, deadlineMs = 10_000): Promise<void> {
  const until = Date.now() + deadlineMs;
  while (isRunning(pid)) {
    if (Date.now() > until) throw new Error(`process ${pid} is still running after ${deadlineMs} ms`);
    await setTimeout(10);
  }
}

/**
 * SIGSTOP, and resolves once the process stands still: the signal is only sent when `kill` returns, and each thread of a
 * Java process may finish what it has in hand before it notices.
 */
export async function pauseProcess(pid: number, deadlineMs = 10_000): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  const until = Date.now() + deadlineMs;
  while (!standsStill(pid)) {
    if (Date.now() > until) throw new Error(`process ${pid} has not stopped after ${deadlineMs} ms`);
    await setTimeout(5);
  }
}

/** Elsewhere than on Linux `ps` shows one state for the whole process. */
function standsStill(pid: number): boolean {
  const states =
    process.platform === 'linux'
      ? readdirSync(`/proc/${pid}/task`).map((thread) => stateOf(`/proc/${pid}/task/${thread}/stat`))
      : [execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })];
  return states.every((state) => state === undefined || /^[tT]/.test(state));
}

/** undefined where the thread has ended in between. */
function stateOf(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2);
  } catch {
    return undefined;
  }
}
