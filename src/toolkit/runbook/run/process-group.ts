import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

/** Between two looks whether a group has gone: nothing tells it. */
const lookEveryMs = 50;

/** Sends a signal to a process that was started as the first of its group, and to all it started. */
export function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // it has ended
  }
}

/** Resolves when no process of the group is at work any more, or at that time of the steady clock. */
export async function groupGone(pid: number | undefined, byMs: number): Promise<void> {
  while (pid !== undefined && groupRuns(pid) && performance.now() < byMs) await delay(lookEveryMs);
}

function groupRuns(pid: number): boolean {
  try {
    process.kill(-pid, 0);
  } catch {
    return false; // gone, or not ours to end
  }
  // In a container orphans may have nobody who fetches them: the dead stay in their group, and do nothing any more.
  return process.platform !== 'linux' || readdirSync('/proc').some((entry) => worksIn(entry, pid));
}

/** proc(5): behind the name in brackets, which may contain anything, come the state, the parent and the group. */
function worksIn(entry: string, group: number): boolean {
  if (!/^\d+$/.test(entry)) return false;
  try {
    const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
    const [state = '', , of] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(of) === group && !'ZX'.includes(state);
  } catch {
    return false; // it has ended in between
  }
}
