import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { type HistoryHeader, historyFormat, historyVersion } from './history-entry.ts';

/** Lines given to the disk at a time: about 64 KB. */
const linesAWrite = 200;

/**
 * Makes one history of those that several processes wrote, in the order of the answers, and removes the parts. Each part is
 * in that order already, so that one line of each is all that is kept. A part whose writer died may end in half a line: that
 * line is left out, as nobody can read it.
 * @throws FluxError `history_unwritable`; the parts stay then
 */
export async function mergeHistories(
  path: string,
  parts: readonly string[],
  about: Omit<HistoryHeader, 'format' | 'version'>,
): Promise<void> {
  const header: HistoryHeader = { format: historyFormat, version: historyVersion, ...about };
  try {
    const out = createWriteStream(path, { flush: true });
    await pipeline(Readable.from(textOf(header, parts)), out);
    for (const part of parts) await rm(part, { force: true });
  } catch (cause) {
    throw new FluxError('history_unwritable', `the history ${path} cannot be made of ${parts.join(', ')}`, {
      hint: 'name a file on a disk with room: --history FILE',
      cause,
    });
  }
}

async function* textOf(header: HistoryHeader, parts: readonly string[]): AsyncGenerator<string> {
  let pending = [JSON.stringify(header)];
  const readers = parts.map((part) => entriesOf(part));
  const heads: (Entry | undefined)[] = [];
  for (const reader of readers) heads.push((await reader.next()).value ?? undefined);
  for (;;) {
    const first = earliest(heads);
    if (first < 0) break;
    pending.push(heads[first]?.line ?? '');
    heads[first] = (await readers[first]?.next())?.value ?? undefined;
    if (pending.length >= linesAWrite) {
      yield `${pending.join('\n')}\n`;
      pending = [];
    }
  }
  if (pending.length > 0) yield `${pending.join('\n')}\n`;
}

interface Entry {
  readonly doneMs: number;
  readonly line: string;
}

function earliest(heads: readonly (Entry | undefined)[]): number {
  let first = -1;
  let least = Number.POSITIVE_INFINITY;
  for (const [n, head] of heads.entries()) {
    if (head === undefined || head.doneMs >= least) continue;
    least = head.doneMs;
    first = n;
  }
  return first;
}

/** The whole lines of a part but for its header. */
async function* entriesOf(path: string): AsyncGenerator<Entry> {
  let rest = '';
  let isHeader = true;
  for await (const chunk of createReadStream(path, 'utf8')) {
    const lines = `${rest}${String(chunk)}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (isHeader) isHeader = false;
      else yield { line, doneMs: Number(/"doneMs":([\d.]+)/.exec(line)?.[1] ?? 0) };
    }
  }
}
