import { setTimeout as sleep } from 'node:timers/promises';
import type { NotedProcess } from './still-process.ts';

const lookEveryMs = 10;

/** Resolves with whether the process has gone by then. */
export async function untilGone(
  ref: NotedProcess,
  identityOf: (pid: number) => string | undefined,
  deadlineMs: number,
): Promise<boolean> {
  const until = performance.now() + deadlineMs;
  while (identityOf(ref.pid) === ref.identity) {
    if (performance.now() > until) return false;
    await sleep(lookEveryMs);
  }
  return true;
}
