import type { Stats } from 'node:fs';

/**
 * What a path names instead of a file, as the end of a sentence; undefined where it is a file. Ask before it is opened: a named
 * pipe that nobody fills holds whoever opens it for ever, and Ctrl-C with him.
 */
export function whyNoFile(about: Pick<Stats, 'isFile' | 'isDirectory' | 'isFIFO' | 'isSocket'>): string | undefined {
  if (about.isFile()) return undefined;
  if (about.isDirectory()) return 'it is a folder';
  if (about.isFIFO()) return 'it is a named pipe, and nobody may ever fill it';
  return about.isSocket() ? 'it is a socket' : 'it is a device, no file';
}
