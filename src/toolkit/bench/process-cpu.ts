import { readdir, readFile } from 'node:fs/promises';

/** Linux counts processor time in these, on every platform that Node runs on (`getconf CLK_TCK`). */
const ticksPerSecond = 100;

interface ProcessTimes {
  readonly parent: number;
  /** Own time and that of children who have ended and were waited for. */
  readonly seconds: number;
}

/**
 * Processor time of a process and everything under it, in seconds since their start; null where /proc does not say (not
 * Linux). A process that ended counts through its parent.
 */
export async function cpuSecondsOfTree(root: number): Promise<number | null> {
  const processes = await readProcesses();
  const top = processes?.get(root);
  if (processes === null || top === undefined) return null;
  const children = Map.groupBy(processes.keys(), (pid) => processes.get(pid)?.parent ?? 0);
  let sum = 0;
  const left = [root];
  for (let pid = left.pop(); pid !== undefined; pid = left.pop()) {
    sum += processes.get(pid)?.seconds ?? 0;
    left.push(...(children.get(pid) ?? []));
  }
  return sum;
}

/** The process and everything under it, the root first; the root alone where /proc does not say. */
export async function processTree(root: number): Promise<number[]> {
  const processes = await readProcesses();
  if (processes === null) return [root];
  const children = Map.groupBy(processes.keys(), (pid) => processes.get(pid)?.parent ?? 0);
  const tree = [root];
  for (let at = 0; at < tree.length; at += 1) tree.push(...(children.get(tree[at] ?? 0) ?? []));
  return tree;
}

async function readProcesses(): Promise<Map<number, ProcessTimes> | null> {
  let names: string[];
  try {
    names = await readdir('/proc');
  } catch {
    return null;
  }
  const processes = new Map<number, ProcessTimes>();
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const times = parseProcStat(await readFile(`/proc/${name}/stat`, 'latin1'));
      if (times !== null) processes.set(Number(name), times);
    } catch {
      // it ended while we looked
    }
  }
  return processes.size === 0 ? null : processes;
}

/** Reads /proc/PID/stat (proc_pid_stat(5)): fields 4, 14 to 17. The name in parentheses may hold blanks and parentheses. */
export function parseProcStat(text: string): ProcessTimes | null {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const number = (field: number): number => Number(fields[field - 3]);
  const ticks = number(14) + number(15) + number(16) + number(17);
  return Number.isFinite(ticks) && Number.isFinite(number(4))
    ? { parent: number(4), seconds: ticks / ticksPerSecond }
    : null;
}
