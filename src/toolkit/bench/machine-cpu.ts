import { readFile } from 'node:fs/promises';

/** Linux counts processor time in these, on every platform that Node runs on (`getconf CLK_TCK`). */
const ticksPerSecond = 100;

/**
 * Processor time that the whole machine has spent working since it started, in seconds over all cores; time that a hypervisor
 * took away (steal) counts as spent. Null where /proc does not say (not Linux).
 */
export async function machineBusySeconds(): Promise<number | null> {
  try {
    return parseMachineStat(await readFile('/proc/stat', 'latin1'));
  } catch {
    return null;
  }
}

/** Reads the first line of /proc/stat (proc_stat(5)): user, nice, system, idle, iowait, irq, softirq, steal. */
export function parseMachineStat(text: string): number | null {
  const [name, ...ticks] = (text.split('\n')[0] ?? '').trim().split(/\s+/);
  const [user, nice, system, , , irq, softirq, steal] = ticks.map(Number);
  if (name !== 'cpu' || steal === undefined) return null;
  const busy = (user ?? 0) + (nice ?? 0) + (system ?? 0) + (irq ?? 0) + (softirq ?? 0) + steal;
  return Number.isFinite(busy) ? busy / ticksPerSecond : null;
}
