import { setTimeout as sleep } from 'node:timers/promises';
import { type DataFolder, folderFiles } from './data-folder.ts';
import type { EmbeddedPostgres } from './embedded-postgres.ts';
import { launch } from './launch.ts';
import { findPrograms, serverUser } from './postgres-program.ts';
import { findPostmaster, stopPostmaster } from './postmaster.ts';
import { processIdentity } from './process-identity.ts';

export interface KeptRunning {
  /** Stops looking after it, then stops it. */
  stop(): Promise<void>;
}

/** A database that died is noticed after this time; its recovery takes longer. */
const lookEveryMs = 200;

/**
 * Starts the PostgreSQL of a data folder again, on the same port, whenever its process has gone: killed, out of memory,
 * a full disk. Who uses it meets refused connections for as long, and nothing else.
 */
export function keepRunning(
  folder: DataFolder,
  postgres: EmbeddedPostgres,
  told: { readonly onRestart: (pid: number) => void; readonly onFault: (error: unknown) => void },
): KeptRunning {
  const stopping = new AbortController();
  let pid = postgres.pid;

  async function look(): Promise<void> {
    if (isAlive(pid)) return;
    const found = findPostmaster(folderFiles(folder.path).pgdata);
    if (found && isAlive(found.pid)) {
      pid = found.pid;
      return;
    }
    const result = await launch({
      folder: folder.path,
      programs: findPrograms(),
      runAs: serverUser(),
      port: postgres.address.port,
    });
    if (result.kind !== 'running') return;
    pid = result.pid;
    told.onRestart(pid);
  }

  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(lookEveryMs, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
      if (!stopping.signal.aborted) await look().catch(told.onFault);
    }
  }

  const watching = watch();
  return {
    async stop() {
      stopping.abort();
      await watching;
      if (pid !== postgres.pid) await stopPostmaster(pid);
      await postgres.stop();
    },
  };
}

/** A zombie is dead: one that was adopted may stay one for ever where process 1 waits for nobody (a container). */
function isAlive(pid: number): boolean {
  return processIdentity(pid) !== undefined;
}
