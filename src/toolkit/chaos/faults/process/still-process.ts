import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Static, Type } from 'typebox';

/** A process as a note keeps it: `identity` tells it from a later one with the same pid. */
export const processRefSchema = Type.Object({ pid: Type.Integer({ minimum: 2 }), identity: Type.String() });
export type NotedProcess = Static<typeof processRefSchema>;

/** Sends a signal to this process and no later one with its pid. False where it has gone. */
export function signalProcess(
  ref: NotedProcess,
  signal: NodeJS.Signals,
  identityOf: (pid: number) => string | undefined,
): boolean {
  if (identityOf(ref.pid) !== ref.identity) return false;
  try {
    process.kill(ref.pid, signal);
    return true;
  } catch {
    return false; // it went in between
  }
}

const lookEveryMs = 5;

/** Resolves with whether all its threads stand still by then: the signal is only sent when `kill` returns (Java is slow). */
export async function untilStill(pid: number, deadlineMs: number): Promise<boolean> {
  const until = performance.now() + deadlineMs;
  while (!standsStill(pid)) {
    if (performance.now() > until) return false;
    await sleep(lookEveryMs);
  }
  return true;
}

/** By the state of each thread (proc_pid_stat(5)); elsewhere `ps` shows one for the whole process. */
function standsStill(pid: number): boolean {
  const states =
    process.platform === 'linux'
      ? threadsOf(pid).map((thread) => stateOf(`/proc/${pid}/task/${thread}/stat`))
      : [execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })];
  return states.length > 0 && states.every((state) => state === undefined || /^[tT]/.test(state));
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Undefined where the thread has ended in between. */
function stateOf(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2);
  } catch {
    return undefined;
  }
}
