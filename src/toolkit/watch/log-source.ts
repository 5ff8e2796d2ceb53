import { statSync } from 'node:fs';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { readEnd, readFrom } from '../stack/read-end.ts';
import { serviceNames } from '../stack/service-name.ts';
import { stackLogs } from '../stack/stack-logs.ts';
import type { StackParts } from '../stack/stack-parts.ts';
import { GatheredLines } from './gathered-lines.ts';
import { pause } from './pause.ts';
import type { Seen } from './sighting.ts';

/** Soon enough for somebody who watches. */
const everyMs = 500;
/** Of each log at the start. */
const firstLines = 50;
const firstBytes = 64 * 1024;
/** More in one look is a flood, of which the end counts. */
const chunkBytes = 256 * 1024;

export interface LogFile {
  readonly source: string;
  readonly path: string;
}

type OnSeen = (seen: Seen<'log'>) => void;

/**
 * The end of each of these files, then what comes, until the signal. One that is missing may come; one that shrinks began anew;
 * one that cannot be read says so once, and is tried again.
 */
export async function watchFiles(
  files: readonly LogFile[],
  now: () => number,
  onSeen: OnSeen,
  signal: AbortSignal,
): Promise<void> {
  const open = files.map(({ source, path }) => ({ source, path, at: 0, rest: '', fault: '' }));
  for (const file of open) look(file, begin);
  while (!signal.aborted) {
    await pause(everyMs, signal);
    for (const file of open) look(file, goOn);
  }

  function look(file: OpenFile, read: (file: OpenFile) => readonly string[]): void {
    try {
      tell(file.source, read(file));
      file.fault = '';
    } catch (error) {
      const fault = `it cannot be read: ${error instanceof Error ? error.message : error}`;
      if (fault !== file.fault) tell(file.source, [fault]);
      file.fault = fault;
    }
  }

  function tell(source: string, lines: readonly string[]): void {
    const said = lines.filter((line) => line.trim() !== '');
    if (said.length > 0) onSeen({ kind: 'log', atMs: now(), source, lines: said });
  }
}

interface OpenFile extends LogFile {
  at: number;
  /** The beginning of a line that has no end yet. */
  rest: string;
  /** Why it could not be read the last time; empty where it could. */
  fault: string;
}

function begin(file: OpenFile): readonly string[] {
  file.at = sizeOf(file.path);
  return readEnd(file.path, firstBytes)
    .split('\n')
    .slice(-firstLines - 1);
}

function goOn(file: OpenFile): readonly string[] {
  const size = sizeOf(file.path);
  if (size < file.at) Object.assign(file, { at: 0, rest: '' });
  file.at = Math.max(file.at, size - chunkBytes);
  const text = readFrom(file.path, file.at, chunkBytes);
  file.at += Buffer.byteLength(text);
  const lines = `${file.rest}${text}`.split('\n');
  file.rest = lines.pop() ?? '';
  return lines;
}

/** The same of the services of a stack, from wherever its provider keeps their logs. */
export async function watchStackLogs(
  { dir, parts }: { readonly dir: string; readonly parts: StackParts },
  now: () => number,
  onSeen: OnSeen,
  signal: AbortSignal,
): Promise<void> {
  const gathered = new GatheredLines();
  try {
    const { logs, follow } = await stackLogs(dir, serviceNames, firstLines, parts);
    for (const { name, lines } of logs) onSeen({ kind: 'log', atMs: now(), source: name, lines: [...lines] });
    const following = follow((name, line) => gathered.add(name, line), signal);
    while (!signal.aborted) {
      await pause(everyMs, signal);
      for (const [source, lines] of gathered.take()) onSeen({ kind: 'log', atMs: now(), source, lines });
    }
    await following;
  } catch (error) {
    // A stack of somebody else has no log here; any other fault is worth a line, and no end of the watching.
    if (error instanceof FluxError && error.code === 'stack_not_running') return;
    if (!signal.aborted)
      onSeen({
        kind: 'log',
        atMs: now(),
        source: 'watch',
        lines: [`logs of the stack: ${error instanceof Error ? error.message : error}`],
      });
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
