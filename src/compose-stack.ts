import { setTimeout as sleep } from 'node:timers/promises';
import { folderFiles, openDataFolder } from './adapters/embedded-postgres/data-folder.ts';
import { startEmbeddedPostgres } from './adapters/embedded-postgres/embedded-postgres.ts';
import { findPostmaster, stopPostmaster } from './adapters/embedded-postgres/postmaster.ts';
import { processIdentity } from './adapters/embedded-postgres/process-identity.ts';
import { createPool } from './adapters/postgres/pool.ts';
import type { StackParts } from './toolkit/stack/stack-parts.ts';

/** Several servers and workers with a pool of 12 each, and tools beside them. */
const maxConnections = 200;
/** Of a stack for development there is little to sync; beyond, its next start recovers. */
const checkpointMs = 10_000;
/** Long enough for a fast shutdown without much to write, for data that go anyway. */
const immediateMs = 200;

/** The parts of the native stack: its PostgreSQL is the one that also runs embedded, in the stack's folder. */
export const stackParts: StackParts = {
  holdFolder: openDataFolder,
  identityOf: processIdentity,
  postgres: {
    async start(folder, preferredPort) {
      const { address, pid } = await startEmbeddedPostgres(folder, {
        outlives: true,
        maxConnections,
        ...(preferredPort === undefined ? {} : { preferredPort }),
      });
      return { ...address, pid };
    },
    async ask(login, timeoutMs) {
      const pool = createPool(login, { max: 1, connectTimeoutMs: timeoutMs, statementTimeoutMs: timeoutMs });
      try {
        // A stopped process takes connections (the kernel does) and keeps silent: pg's own limits do not cover that.
        await Promise.race([pool.query('select 1'), silence(timeoutMs)]);
      } finally {
        pool.end().catch(() => {});
      }
    },
    async stop(path, immediate) {
      const postmaster = findPostmaster(folderFiles(path).pgdata);
      if (postmaster === undefined) return false;
      signal(postmaster.pid, 'SIGCONT'); // a stopped one would not hear the others
      if (!(await stopPostmaster(postmaster.pid, immediate ? immediateMs : checkpointMs)))
        signal(postmaster.pid, 'SIGKILL');
      return true;
    },
  },
};

async function silence(timeoutMs: number): Promise<never> {
  await sleep(timeoutMs, undefined, { ref: false });
  throw new Error(`no answer within ${timeoutMs} ms`);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it went by itself in between
  }
}
