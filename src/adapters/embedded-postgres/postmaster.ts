import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { commandOf, processIdentity } from './process-identity.ts';

/** The PostgreSQL process of a data folder, as its postmaster.pid tells (manual, "Database File Layout"). */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** The living PostgreSQL of a pgdata folder; undefined where none runs, whatever its file says. */
export function findPostmaster(pgdata: string): Postmaster | undefined {
  let lines: readonly string[];
  try {
    lines = readFileSync(join(pgdata, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1 || processIdentity(pid) === undefined) return undefined;
  // The pid may be another program's by now.
  if (!commandOf(pid)?.includes('postgres')) return undefined;
  return { pid, port: Number(lines[3]), ready: (lines[7] ?? '').trim() === 'ready' };
}

/** How often to look whether a process has gone or is there: well below what a person notices. */
const lookEveryMs = 15;

/** Resolves with what `look` finds; undefined after `deadlineMs`. */
export async function until<Found>(deadlineMs: number, look: () => Found | undefined): Promise<Found | undefined> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const found = look();
    if (found !== undefined || performance.now() >= end) return found;
    await pause(lookEveryMs);
  }
}

/** A fast shutdown writes a checkpoint, which may have a gigabyte to sync on a slow disk. */
const fastShutdownMs = 60_000;
/** Immediate shutdown only kills processes. */
const immediateShutdownMs = 10_000;

/**
 * Stops a PostgreSQL: fast shutdown (SIGINT: sessions end, a checkpoint is written), then, if that takes too long,
 * immediate (SIGQUIT: it recovers at its next start). True where it has gone.
 */
export async function stopPostmaster(pid: number, patienceMs = fastShutdownMs): Promise<boolean> {
  const identity = processIdentity(pid);
  const gone = () => (identity === undefined || processIdentity(pid) !== identity ? true : undefined);
  for (const [signal, waitMs] of [
    ['SIGINT', patienceMs],
    ['SIGQUIT', immediateShutdownMs],
  ] as const) {
    if (gone()) return true;
    try {
      process.kill(pid, signal);
    } catch {
      // It went by itself in between.
    }
    if (await until(waitMs, gone)) return true;
  }
  return false;
}
