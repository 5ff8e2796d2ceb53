import { readFileSync } from 'node:fs';

/** Who writes a journal, as it says itself. */
export interface JournalProcess {
  readonly pid: number;
  /** Tells it from a later one with the same pid; undefined where nobody could say. */
  readonly identity?: string;
}

/** What tells a process from a later one with its pid; undefined where there is none. */
export type IdentityOf = (pid: number) => string | undefined;

/**
 * Whether the process that wrote a journal still runs. A pid is given away again, in a container soon and perhaps to us: it has
 * to have begun when that one did. Without an identity the command line has to fit.
 */
export function isRunbookProcess({ pid, identity }: JournalProcess, identityOf: IdentityOf): boolean {
  if (identity !== undefined) return identityOf(pid) === identity;
  // this program reads journals before it writes one
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('runbook');
  } catch {
    return false;
  }
}
