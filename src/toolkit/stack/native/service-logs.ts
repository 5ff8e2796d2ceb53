import { existsSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readEnd, readFrom } from '../read-end.ts';
import type { ServiceName } from '../service-name.ts';
import type { ServiceLog } from '../stack-provider.ts';
import { logPath } from './service-process.ts';

/** 1,000 lines of a stack trace. */
const bytesPerLine = 200;
const chunkBytes = 256 * 1024;
/** Soon enough for a person who watches. */
const lookEveryMs = 200;

/** The last lines of each log that is there. */
export function lastLines(stackDir: string, names: readonly ServiceName[], count: number): readonly ServiceLog[] {
  return names
    .map((name) => ({ name, path: logPath(stackDir, name) }))
    .filter(({ path }) => existsSync(path))
    .map((log) => ({
      ...log,
      lines: linesOf(readEnd(log.path, Math.max(64 * 1024, count * bytesPerLine))).slice(-count),
    }));
}

/** Tells every line that comes after now, until the signal. A log that starts again is read from its beginning. */
export async function followLogs(
  logs: readonly ServiceLog[],
  onLine: (name: ServiceName, line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const seen = logs.flatMap(({ name, path }) =>
    path === undefined ? [] : [{ name, path, at: sizeOf(path), rest: '' }],
  );
  while (!signal.aborted) {
    for (const log of seen) {
      if (sizeOf(log.path) < log.at) Object.assign(log, { at: 0, rest: '' });
      const text = readFrom(log.path, log.at, chunkBytes);
      log.at += Buffer.byteLength(text);
      const lines = `${log.rest}${text}`.split('\n');
      log.rest = lines.pop() ?? '';
      for (const line of lines) onLine(log.name, line);
    }
    await sleep(lookEveryMs, undefined, { signal }).catch(() => {});
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function linesOf(text: string): readonly string[] {
  return text.replace(/\n$/, '').split('\n');
}
