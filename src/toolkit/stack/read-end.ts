import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** The last bytes of a file, from the beginning of a line on; empty where there is no such file. */
export function readEnd(path: string, maxBytes: number): string {
  const sizeBytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const start = Math.max(0, sizeBytes - maxBytes);
  const text = readFrom(path, start, maxBytes);
  return start === 0 ? text : text.slice(text.indexOf('\n') + 1);
}

/** The bytes of a file from `start` on, `maxBytes` at most; empty where there is no such file. */
export function readFrom(path: string, start: number, maxBytes: number): string {
  const sizeBytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (sizeBytes <= start) return '';
  const bytes = Buffer.alloc(Math.min(sizeBytes - start, maxBytes));
  const file = openSync(path, 'r');
  try {
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, start)).toString();
  } finally {
    closeSync(file);
  }
}
