import { FluxError } from '../../engine/domain/flux-error.ts';
import type { HistoryEntry, HistoryHeader } from './history-entry.ts';
import { historyLines } from './history-lines.ts';
import { parseHistoryEntry, parseHistoryHeader } from './parse-history.ts';

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
  for await (const { text, complete } of historyLines(path)) {
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
