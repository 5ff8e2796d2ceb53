import { createReadStream } from 'node:fs';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { HistoryEntry, HistoryHeader } from './history-entry.ts';
import { parseHistoryEntry, parseHistoryHeader } from './parse-history.ts';

/** A line of ours is under 8 KB (20 lines of an order); far above that the file is something else. */
const maxLineBytes = 1024 * 1024;
const readBytes = 256 * 1024;
const newline = 0x0a;

export interface ReadHistoryOptions {
  /** Called once, before the first entry. */
  readonly onHeader?: (header: HistoryHeader) => void;
  /** Called where the last line was cut off by a crash of the writer: that line is left out. */
  readonly onTruncated?: (lineNumber: number) => void;
}

/**
 * Reads a history, an entry at a time: memory does not grow with the file. A last line that was cut off is left out.
 * @throws FluxError `history_unreadable` naming the file and line where the file is missing, no history, or broken.
 */
export async function* readHistory(path: string, options: ReadHistoryOptions = {}): AsyncGenerator<HistoryEntry, void> {
  let lineNumber = 0;
  for await (const { text, complete } of linesOf(path)) {
    lineNumber += 1;
    const parsed = lineNumber === 1 ? parseHistoryHeader(text) : parseHistoryEntry(text);
    if (typeof parsed === 'string') {
      if (!complete && lineNumber > 1) {
        options.onTruncated?.(lineNumber);
        return;
      }
      throw new FluxError('history_unreadable', `${path}, line ${lineNumber}: ${parsed}`, {
        hint: 'fluxgate load run SCENARIO --history FILE',
      });
    }
    if ('format' in parsed) options.onHeader?.(parsed);
    else yield parsed;
  }
  if (lineNumber === 0) throw new FluxError('history_unreadable', `${path} is empty: not even a header is in it`);
}

interface RawLine {
  readonly text: string;
  /** False for the last line of a file that does not end with a line end. */
  readonly complete: boolean;
}

/** Splits at LF alone and on bytes: node:readline would also split at U+2028, which JSON text may hold. */
async function* linesOf(path: string): AsyncGenerator<RawLine, void> {
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: readBytes })) {
      // createReadStream without an encoding yields buffers only
      let bytes = chunk as Buffer;
      if (rest.length > 0) bytes = Buffer.concat([rest, bytes]);
      let from = 0;
      for (let end = bytes.indexOf(newline, from); end >= 0; end = bytes.indexOf(newline, from)) {
        yield { text: bytes.toString('utf8', from, end), complete: true };
        from = end + 1;
      }
      rest = bytes.subarray(from);
      if (rest.length > maxLineBytes) {
        throw new FluxError('history_unreadable', `${path} has a line of more than ${maxLineBytes} bytes: no history`);
      }
    }
  } catch (cause) {
    if (cause instanceof FluxError) throw cause;
    throw new FluxError('history_unreadable', `the history ${path} cannot be read`, {
      hint: 'fluxgate load run SCENARIO --history FILE   writes one',
      cause,
    });
  }
  if (rest.length > 0) yield { text: rest.toString('utf8'), complete: false };
}
