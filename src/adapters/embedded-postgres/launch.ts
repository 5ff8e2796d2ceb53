import { closeSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { folderFiles } from './data-folder.ts';
import { type PostgresPrograms, type ServerUser, spawnAs } from './postgres-program.ts';
import { type PostgresUse, serverSettings } from './postgres-settings.ts';
import { findPostmaster, stopPostmaster, until } from './postmaster.ts';

/** After a crash PostgreSQL reads up to a gigabyte of its log again before it answers. */
const startMs = 120_000;
/** Kept of the old log at a start, so that it does not grow for ever. */
const logBytes = 10 * 1024 * 1024;

/** Starts `postgres` on a data folder and waits until it takes connections. */
export async function launch(
  use: {
    readonly folder: string;
    readonly programs: PostgresPrograms;
    readonly runAs: ServerUser | null;
    readonly port: number;
  } & PostgresUse,
): Promise<
  { readonly kind: 'running'; readonly pid: number } | { readonly kind: 'port_taken' | 'survivors' | 'ended' }
> {
  const files = folderFiles(use.folder);
  if ((statSync(files.log, { throwIfNoEntry: false })?.size ?? 0) > logBytes) renameSync(files.log, `${files.log}.old`);
  const log = openSync(files.log, 'a', 0o600);
  const logStart = statSync(files.log).size;
  const args = ['-D', files.pgdata, ...serverSettings(use.port, use)];
  // In a session of its own: Ctrl-C in the terminal must not stop it before we have drained.
  const child = spawnAs(use.runAs, use.programs.postgres, args, files.pgdata, {
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  child.once('error', () => {
    ended = true;
  });
  child.unref();
  const state = await until(startMs, () => {
    if (ended) return 'ended' as const;
    const postmaster = findPostmaster(files.pgdata);
    return postmaster?.ready && postmaster.port === use.port ? postmaster : undefined;
  });
  if (state === undefined) {
    if (child.pid !== undefined) await stopPostmaster(child.pid);
    throw startFailed(use.folder, `it was not ready within ${startMs / 1_000} s`);
  }
  if (state !== 'ended') return { kind: 'running', pid: state.pid };
  const said = readFrom(files.log, logStart);
  if (said.includes('Address already in use')) return { kind: 'port_taken' };
  // Sessions of a killed server are still at work on these files, and notice its end when they next wait for something.
  return { kind: said.includes('pre-existing shared memory block') ? 'survivors' : 'ended' };
}

function readFrom(file: string, start: number): string {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= start) return '';
  const bytes = Buffer.alloc(Math.min(size - start, 64 * 1024)); // far more than a failing start says
  const fd = openSync(file, 'r');
  try {
    return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, start)).toString();
  } finally {
    closeSync(fd);
  }
}

/** FluxError `postgres_start_failed` with the last lines of the log. */
export function startFailed(folder: string, why: string, cause?: unknown): FluxError {
  const { log } = folderFiles(folder);
  const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
  const tail = readFrom(log, Math.max(0, size - 4_096))
    .trim()
    .split('\n')
    .slice(-8)
    .join('\n  ');
  return new FluxError('postgres_start_failed', `the embedded PostgreSQL did not start: ${why}\n  ${tail}`, {
    hint: `read ${log}; fluxgate doctor says what is missing on this machine`,
    ...(cause === undefined ? {} : { cause }),
  });
}
