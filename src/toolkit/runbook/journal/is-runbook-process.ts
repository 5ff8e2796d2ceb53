import { readFileSync } from 'node:fs';

/** Whether the process that wrote a journal still runs a runbook. A pid is given away again: its command line has to fit. */
export function isRunbookProcess(pid: number): boolean {
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
