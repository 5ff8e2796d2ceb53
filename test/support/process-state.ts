import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { untilStill } from '../../src/toolkit/chaos/faults/process/still-process.ts';

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
export async function untilGone(pid: number, deadlineMs = 30_000): Promise<void> {
  const until = Date.now() + deadlineMs;
  while (isRunning(pid)) {
    if (Date.now() > until) throw new Error(`process ${pid} is still running after ${deadlineMs} ms`);
    await setTimeout(10);
  }
}

/** SIGSTOP, and resolves once the process stands still. */
export async function pauseProcess(pid: number, deadlineMs = 30_000): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  if (!(await untilStill(pid, deadlineMs))) throw new Error(`process ${pid} has not stopped after ${deadlineMs} ms`);
}
