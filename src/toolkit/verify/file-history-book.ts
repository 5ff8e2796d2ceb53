import { FluxError } from '../../engine/domain/flux-error.ts';
import type { HistoryEntry } from '../history/history-entry.ts';
import { readHistory } from '../history/read-history.ts';
import type { HistoryBook } from './books.ts';

/**
 * The histories of one or more load runs, read one after the other. Each file's first line is read at once, so that a wrong
 * name is told before anything long begins.
 * @throws FluxError `history_unreadable`
 */
export async function openHistories(paths: readonly string[]): Promise<HistoryBook> {
  for (const path of paths) await readHead(path);
  let truncated = 0;
  return {
    source: paths.join(', '),
    truncatedLines: () => truncated,
    async *read(): AsyncGenerator<HistoryEntry, void> {
      for (const path of paths) {
        yield* readHistory(path, {
          onTruncated: () => {
            truncated += 1;
          },
        });
      }
    },
  };
}

async function readHead(path: string): Promise<void> {
  let header = false;
  for await (const _ of readHistory(path, {
    onHeader: () => {
      header = true;
    },
  })) {
    return;
  }
  if (!header) throw new FluxError('history_unreadable', `${path} has no header: it is no history`);
}
