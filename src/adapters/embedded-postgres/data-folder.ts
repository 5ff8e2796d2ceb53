import { accessSync, constants, existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { takeFolderLock } from './folder-lock.ts';

/** A folder that this process alone may use, until it is closed. */
export interface DataFolder {
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** Gives the folder up. Stop its PostgreSQL first. */
  close(): void;
}

/** The files in a data folder, besides `lock`. */
export function folderFiles(path: string) {
  return {
    pgdata: join(path, 'postgres'),
    connection: join(path, 'postgres.json'),
    log: join(path, 'postgres.log'),
    password: join(path, 'postgres.password'),
  } as const;
}

/**
 * Opens a data folder, made with mode 0700 where it is missing, and locks it.
 * @throws FluxError `data_folder_unusable` (no folder, or not ours to write), `data_folder_locked`
 */
export function openDataFolder(dir: string): DataFolder {
  const wanted = resolve(dir);
  try {
    makeFolder(wanted);
    if (!statSync(wanted).isDirectory()) throw Object.assign(new Error('it is not a folder'), { code: 'ENOTDIR' });
    accessSync(wanted, constants.R_OK | constants.W_OK | constants.X_OK);
    const path = realpathSync(wanted);
    const lock = takeFolderLock(path);
    return { path, close: () => lock.release() };
  } catch (error) {
    if (error instanceof FluxError) throw error;
    throw unusable(wanted, error);
  }
}

/** Like `mkdir -p`. Not Node's own `recursive`: it never returns where a file system knows no new folders (/proc). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!existsSync(path)) throw error; // somebody else made it meanwhile
  }
}

function unusable(path: string, cause: unknown): FluxError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const why =
    code === 'EEXIST' || code === 'ENOTDIR'
      ? 'a file is in the way'
      : code === 'EACCES' || code === 'EPERM'
        ? 'this user may not write there'
        : code === 'EROFS'
          ? 'the file system is read-only'
          : code === 'ENOSPC'
            ? 'the disk is full'
            : cause instanceof Error
              ? cause.message
              : String(cause);
  return new FluxError('data_folder_unusable', `the data folder ${path} cannot be used: ${why}`, {
    hint: 'choose another folder with --data-dir or FLUXGATE_DATA_DIR',
    cause,
  });
}
