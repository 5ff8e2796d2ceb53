import { stripVTControlCharacters } from 'node:util';
import { watchLimits } from './watch-limits.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach the terminal
const control = /[\u0000-\u001f\u007f-\u009f]/g;

/** A line of somebody's log as one that moves no cursor and rings no bell. pino's JSON is put into words. */
export function readableLine(line: string): string {
  return plain(inWords(line)).slice(0, watchLimits.lineLength);
}

function plain(text: string): string {
  return stripVTControlCharacters(text).replace(control, ' ').trimEnd();
}

const levels: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};
/** Said otherwise, or of no use on a screen. */
const unsaid: ReadonlySet<string> = new Set(['level', 'time', 'msg', 'pid', 'hostname']);

function inWords(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null || !('msg' in entry) || !('level' in entry)) return line;
    const rest = Object.entries(entry)
      .filter(([name]) => !unsaid.has(name))
      .map(([name, value]) => `${name}=${said(value)}`);
    const at = 'time' in entry && typeof entry.time === 'number' ? `${clockOf(entry.time)} ` : '';
    return `${at}${levels[Number(entry.level)] ?? entry.level} ${entry.msg} ${rest.join(' ')}`;
  } catch {
    return line; // half a line, or another program's braces
  }
}

function said(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  // An error: its code says more on one line than its stack.
  if ('code' in value) return String(value.code);
  if ('message' in value) return String(value.message);
  return JSON.stringify(value);
}

function clockOf(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}
