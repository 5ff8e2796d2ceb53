import type { OrderId } from '../../../engine/domain/ids.ts';
import { toInstant } from '../../../engine/domain/time.ts';
import type { HistoryEntry } from '../../history/history-entry.ts';
import { readHistory } from '../../history/read-history.ts';
import { countedWords } from '../counted-words.ts';
import type { KnownSales } from '../known-sales.ts';
import type { Heard, LookedAt, OrderName, StoryFact } from './order-story.ts';

/** Requests of one key that are told; a key that was asked more often has a story that nobody reads. */
const requestsTold = 100;

export interface HistorySays {
  readonly facts: readonly StoryFact[];
  readonly heard: readonly Heard[];
  readonly lookedAt: LookedAt;
  /** Whose order it is, where the books before this one did not say. */
  readonly name: Pick<OrderName, 'saleId' | 'userId' | 'key'> | null;
}

/** Every request of the order's key, and every answer that names the order. @throws FluxError `history_unreadable` */
export async function historyFacts(
  paths: readonly string[],
  asked: OrderName,
  sales: KnownSales,
): Promise<HistorySays> {
  const facts: StoryFact[] = [];
  const heard: Heard[] = [];
  let requests = 0;
  let first: HistoryEntry | null = null;
  for (const path of paths) {
    let startedMs = 0;
    let line = 1;
    const onHeader = ({ startedAt }: { readonly startedAt: string }) => {
      startedMs = Date.parse(startedAt);
    };
    for await (const entry of readHistory(path, { onHeader })) {
      line += 1;
      requests += 1;
      if (entry.orderId !== asked.orderId && !isOfKey(entry, asked, sales)) continue;
      first ??= entry;
      heard.push({ outcome: entry.outcome, orderId: entry.orderId ?? null });
      if (heard.length <= requestsTold) facts.push(...factsOf(entry, startedMs, `${path}, line ${line}`));
    }
  }
  const text = `${countedWords(requests, 'requests')} in ${paths.join(', ') || 'no file'}, ${heard.length} of its key`;
  const name = first && {
    saleId: sales.salesOf(first)[0] as OrderName['saleId'],
    userId: first.userId,
    key: first.key,
  };
  return { facts, heard, lookedAt: { book: 'history', text }, name };
}

/** By user and key where they are known (quick), otherwise by the id that the entry's key makes. */
function isOfKey(entry: HistoryEntry, asked: OrderName, sales: KnownSales): boolean {
  if (asked.key !== null && asked.userId !== null) {
    if (entry.key !== asked.key || entry.userId !== asked.userId) return false;
  }
  return sales.salesOf(entry).some((saleId) => idOf(saleId, entry, sales) === asked.orderId);
}

function idOf(saleId: string, { userId, key }: HistoryEntry, sales: KnownSales): OrderId | undefined {
  return sales.orderIdOf(saleId, userId, key);
}

function factsOf(entry: HistoryEntry, startedMs: number, where: string): readonly StoryFact[] {
  const lines = entry.lines.map(({ productId, quantity }) => `${quantity} ${productId}`).join(', ');
  const retry = entry.retry === undefined ? '' : ` (retry ${entry.retry})`;
  const status = entry.status === null ? 'nothing' : String(entry.status);
  const error = entry.error === undefined ? '' : `, ${entry.error}`;
  const named = entry.orderId === undefined ? '' : `, order ${entry.orderId}`;
  return [
    { book: 'history', at: toInstant(startedMs + entry.sentMs), text: `asked for ${lines}${retry}`, where },
    {
      book: 'history',
      at: toInstant(startedMs + Math.max(entry.doneMs, entry.sentMs)),
      text: `heard ${status}: ${entry.outcome}${error}${named}`,
      where,
    },
  ];
}
