import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostmaster, stopPostmaster } from '../../src/adapters/embedded-postgres/postmaster.ts';
import { commandOf } from '../../src/adapters/embedded-postgres/process-identity.ts';

/** A folder of one test, with a data folder in it. Whatever runs on that data folder goes with it. */
export interface ThrowawayFolder {
  readonly path: string;
  readonly dataDir: string;
  /** Kills the serve and the PostgreSQL that are still there, then removes everything. */
  remove(): Promise<void>;
}

/** Makes one. Where the test process itself is killed, a watchdog does the same behind it. */
export function throwawayFolder(): ThrowawayFolder {
  const path = mkdtempSync(join(tmpdir(), 'fluxgate-e2e-'));
  const dataDir = join(path, 'data');
  const watchdog = watch(path, dataDir);
  return {
    path,
    dataDir,
    async remove() {
      killOwner(dataDir);
      const postmaster = findPostmaster(join(dataDir, 'postgres'));
      // Nobody needs its data: no checkpoint.
      if (postmaster) await stopPostmaster(postmaster.pid, 500);
      spawnSync('umount', ['-l', dataDir], { stdio: 'ignore' }); // of tests that give it a disk of its own
      watchdog.kill('SIGKILL');
      rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** The process that holds the data folder, as its lock says; the pid may be dead. Undefined where nobody holds it. */
export function ownerOf(dataDir: string): number | undefined {
  try {
    const read: unknown = JSON.parse(readFileSync(join(dataDir, 'lock'), 'utf8'));
    if (typeof read === 'object' && read !== null && 'pid' in read) return Number(read.pid);
  } catch {
    // no lock, or half of one
  }
  return undefined;
}

function killOwner(dataDir: string): void {
  const pid = ownerOf(dataDir);
  if (pid === undefined || pid === process.pid) return;
  if (!commandOf(pid)?.includes(dataDir)) return; // another program's by now
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has gone
  }
}

/** Waits for this process to go. Then: the lock's owner is killed where it is ours, PostgreSQL ends at once, the folder goes. */
function watch(path: string, dataDir: string) {
  const script = `
while kill -0 "$1" 2>/dev/null; do sleep 1; done
owner=$(sed -n 's/.*"pid":\\([0-9]*\\).*/\\1/p' "$3/lock" 2>/dev/null)
[ -n "$owner" ] && tr '\\0' ' ' < "/proc/$owner/cmdline" 2>/dev/null | grep -qF "$3" && kill -KILL "$owner"
postmaster=$(head -n 1 "$3/postgres/postmaster.pid" 2>/dev/null)
[ -n "$postmaster" ] && tr '\\0' ' ' < "/proc/$postmaster/cmdline" 2>/dev/null | grep -qF "$3" && kill -QUIT "$postmaster"
sleep 1
umount -l "$3" 2>/dev/null
rm -rf "$2"`;
  const child = spawn('sh', ['-c', script, 'sh', String(process.pid), path, dataDir], {
    detached: true,
    stdio: 'ignore',
  });
  child.unref();
  return child;
}
