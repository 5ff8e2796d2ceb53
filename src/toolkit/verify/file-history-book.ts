import { createHash } from 'node:crypto';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { HistoryEntry } from '../history/history-entry.ts';
import { historyLines } from '../history/history-lines.ts';
import { readHistory } from '../history/read-history.ts';
import type { HistoryBook } from './books.ts';

/** Lines by which two copies of one run are known, header and first answer: its moments have fractions of a millisecond. */
const headLines = 2;

/**
 * The histories of one or more load runs, read one after the other. Each file's first lines are read at once, so that a wrong
 * name is told before anything long begins.
 * @throws FluxError `history_unreadable`; `usage` where two files are the same run, of which every answer would count twice
 */
export async function openHistories(paths: readonly string[]): Promise<HistoryBook> {
  await refuseCopies(paths);
  let truncated = 0;
  let earlier = 0;
  return {
    source: paths.join(', '),
    earlier: () => earlier,
    truncatedLines: () => truncated,
    async *read(since): AsyncGenerator<HistoryEntry, void> {
      for (const path of paths) {
        let startedMs = 0;
        const entries = readHistory(path, {
          onHeader: ({ startedAt }) => {
            startedMs = Date.parse(startedAt);
          },
          onTruncated: () => {
            truncated += 1;
          },
        });
        for await (const entry of entries) {
          if (since === null || startedMs + entry.doneMs >= since) yield entry;
          else earlier += 1;
        }
      }
    },
  };
}

async function refuseCopies(paths: readonly string[]): Promise<void> {
  const pathOf = new Map<string, string>();
  for (const path of paths) {
    await readFirst(path);
    const head = await headOf(path);
    const same = head === null ? undefined : pathOf.get(head);
    if (same !== undefined) {
      const what = same === path ? `${path} is named twice` : `${same} and ${path} are copies of one run`;
      throw new FluxError('usage', `${what}: every answer in it would count twice`, {
        hint: `leave out --history ${path}`,
      });
    }
    if (head !== null) pathOf.set(head, path);
  }
}

/** @throws FluxError where the header or the first entry is none */
async function readFirst(path: string): Promise<void> {
  for await (const _ of readHistory(path)) return;
}

/** What tells a run from every other, also where one copy is packed or cut off; null where it has no entry yet. */
async function headOf(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  let lines = 0;
  for await (const { text, complete } of historyLines(path)) {
    if (!complete) break;
    hash.update(`${text}\n`);
    lines += 1;
    if (lines === headLines) break;
  }
  return lines < headLines ? null : hash.digest('hex');
}
