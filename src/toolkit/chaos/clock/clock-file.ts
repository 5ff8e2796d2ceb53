import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** How far a process' clocks are off. */
export interface ClockSkew {
  /** Of the wall clock, in milliseconds. */
  readonly jumpMs: number;
  /** How much faster both clocks go, in parts of a million; negative: slower. */
  readonly driftPpm: number;
}

/** What a process says about its clocks once it has read the file. */
export interface ClockSeen extends ClockSkew {
  readonly pid: number;
  /** Its wall clock, and the machine's at the same moment, in milliseconds since 1970. */
  readonly nowMs: number;
  readonly machineMs: number;
}

export const trueClock: ClockSkew = { jumpMs: 0, driftPpm: 0 };
/** Names the file to the module that shifts the clocks. Not FLUXGATE_*: those are settings, and a server refuses what is none. */
export const clockFileVariable = '__FLUXGATE_CHAOS_CLOCK';

/** Where the clocks of a part of this run are set. */
export function clockFile(workDir: string, part: string): string {
  return join(workDir, 'clocks', part);
}

/** Variables for a part whose clocks may be shifted: it loads skewed-clock before anything else of it. */
export function clockEnv(workDir: string, part: string): Readonly<Record<string, string>> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const module = fileURLToPath(new URL(`./skewed-clock.${extension}`, import.meta.url));
  // apart from logs, each line of which would wake up whoever watches the folder
  mkdirSync(join(workDir, 'clocks'), { recursive: true });
  writeClockFile(clockFile(workDir, part), trueClock);
  return {
    NODE_OPTIONS: [process.env.NODE_OPTIONS, `--import=${pathToFileURL(module).href}`].filter(Boolean).join(' '),
    [clockFileVariable]: clockFile(workDir, part),
  };
}

/** Written aside and renamed, so that nobody reads half of it. */
export function writeClockFile(path: string, skew: ClockSkew | ClockSeen): void {
  writeFileSync(`${path}.new`, JSON.stringify(skew));
  renameSync(`${path}.new`, path);
}

/** True clocks where there is no file or not all of it. */
export function readClockFile(path: string): ClockSkew {
  return skewIn(parsed(path));
}

function skewIn(read: ReturnType<typeof parsed>): ClockSkew {
  return {
    jumpMs: typeof read?.jumpMs === 'number' ? read.jumpMs : 0,
    driftPpm: typeof read?.driftPpm === 'number' ? read.driftPpm : 0,
  };
}

/** What the processes of a part said last; null where none of them has loaded the module. */
export function readClockSeen(path: string): ClockSeen | null {
  const read = parsed(seenPath(path));
  const { pid, nowMs, machineMs } = read ?? {};
  if (typeof pid !== 'number' || typeof nowMs !== 'number' || typeof machineMs !== 'number') return null;
  return { ...skewIn(read), pid, nowMs, machineMs };
}

export function seenPath(path: string): string {
  return `${path}.seen`;
}

function parsed(path: string): Readonly<Record<string, unknown>> | null {
  if (!existsSync(path)) return null;
  try {
    const read: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof read === 'object' && read !== null ? Object.fromEntries(Object.entries(read)) : null;
  } catch {
    return null; // it goes while we read
  }
}
