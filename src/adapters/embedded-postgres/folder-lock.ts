import { randomBytes } from 'node:crypto';
import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { processIdentity } from './process-identity.ts';

/** Who holds a data folder. */
interface Holder {
  readonly pid: number;
  /** Tells it from a later process with the same pid. */
  readonly identity: string;
  /** Tells this hold from every other. */
  readonly nonce: string;
}

export interface FolderLock {
  /** Gives the folder up. Does nothing where the lock is no longer ours. */
  release(): void;
}

/** Every turn ends another holder or meets a living one; only processes that die while they take the lock use one up. */
const attempts = 20;

/**
 * Takes the lock file `lock` of a data folder, or throws FluxError `data_folder_locked` naming the process that has it.
 *
 * The file names its holder with the time the process started, so that the lock of a killed process is known as stale
 * even where its pid is in use again. A stale lock is replaced by whoever first makes `lock.after-<nonce>`: that name can
 * be made once only, and who made it looks at the lock again, so two that find the same stale lock cannot both replace it.
 */
export function takeFolderLock(folder: string): FolderLock {
  const path = join(folder, 'lock');
  const own: Holder = {
    pid: process.pid,
    identity: processIdentity(process.pid) ?? 'unknown',
    nonce: randomBytes(8).toString('hex'),
  };
  const draft = join(folder, `lock.${own.nonce}`);
  writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    takeOver(folder, path, draft);
  } finally {
    rmSync(draft, { force: true });
  }
  for (const name of readdirSync(folder))
    if (name.startsWith('lock.after-')) rmSync(join(folder, name), { force: true });
  return {
    release() {
      if (readHolder(path)?.nonce === own.nonce) rmSync(path, { force: true });
    },
  };
}

function takeOver(folder: string, path: string, draft: string): void {
  // A link appears with its contents or not at all: nobody ever reads half a lock.
  if (linked(draft, path)) return;
  let held = path;
  let stale: string | undefined;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const holder = readHolder(held);
    if (holder === undefined) {
      // Given up since we looked: from the beginning.
      if (linked(draft, path)) return;
      held = path;
      continue;
    }
    if (held === path) stale = holder.nonce;
    if (processIdentity(holder.pid) === holder.identity) throw lockedBy(folder, holder);
    // Stale: whoever makes this name may replace it. Made by one that died before it did: that one is the next in the chain.
    const claim = join(folder, `lock.after-${holder.nonce}`);
    if (!linked(draft, claim)) {
      held = claim;
      continue;
    }
    // A claim keeps others away only as long as it stands: one that was made and cleared away since we looked replaced it.
    if (readHolder(path)?.nonce === stale) {
      renameSync(draft, path);
      return;
    }
    rmSync(claim, { force: true });
    held = path;
  }
  throw new FluxError('data_folder_locked', `the lock of the data folder ${folder} changed hands ${attempts} times`, {
    hint: 'start again; if nothing runs on that folder, delete the files lock* in it',
  });
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined where there is no file. A file that nobody of us wrote counts as a stale lock. */
function readHolder(path: string): Holder | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read === 'object' && read !== null && 'pid' in read && 'identity' in read && 'nonce' in read) {
      return { pid: Number(read.pid), identity: String(read.identity), nonce: String(read.nonce).replace(/\W/g, '') };
    }
  } catch {
    // not JSON: falls through
  }
  return { pid: 0, identity: 'nobody', nonce: 'unreadable' };
}

function lockedBy(folder: string, holder: Holder): FluxError {
  return new FluxError('data_folder_locked', `the data folder ${folder} is in use by process ${holder.pid}`, {
    hint: `stop that process (kill ${holder.pid}) or choose another folder with --data-dir`,
  });
}
