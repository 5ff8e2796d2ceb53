import type { OrderId } from '../../../engine/domain/ids.ts';
import { MarkersSeen } from '../../../engine/domain/invariants/markers-seen.ts';
import type { OrderRecord } from '../../../engine/domain/order.ts';
import { type LogEntry, ledgerGroup } from '../../../engine/ports/order-log.ts';
import type { LogBook } from '../books.ts';
import { countedWords } from '../counted-words.ts';
import { oneAhead } from '../one-ahead.ts';
import type { LookedAt, StoryFact } from './order-story.ts';

export interface LogSays {
  readonly facts: readonly StoryFact[];
  readonly records: number;
  readonly late: number;
  /** False where every consumer has passed its records. */
  readonly pending: boolean;
  readonly trimmed: boolean;
  /** The first record of it, which says whose it is. */
  readonly record: OrderRecord | null;
  readonly lookedAt: LookedAt;
}

/** Reads the whole log for the records of one order. @throws FluxError of the log */
export async function logFacts(
  orderLog: LogBook,
  orderId: OrderId,
  progress: (done: number, of: number) => void,
): Promise<LogSays> {
  const lag = await orderLog.lag(ledgerGroup);
  const committed = new Map(lag.map((one) => [one.partition, one.committed]));
  const of = Number(lag.reduce((sum, one) => sum + one.end, 0n));
  const markers = new MarkersSeen();
  const facts: StoryFact[] = [];
  const says = { records: 0, late: 0, pending: false, trimmed: false, entries: 0 };
  let record: OrderRecord | null = null;
  const began = new Set<number>();
  for await (const { partition, entries } of oneAhead(orderLog.scan())) {
    const first = entries[0]?.offset ?? 0n;
    if (!began.has(partition) && first > 1n) says.trimmed = true;
    began.add(partition);
    for (const entry of entries) {
      says.entries += 1;
      if (entry.kind === 'marker') markers.marker(partition, entry.marker);
      if (orderIdIn(entry) !== orderId) continue;
      const isLate = entry.kind === 'order' && markers.isLate(partition, entry.record);
      const passed = entry.offset < (committed.get(partition) ?? 0n);
      if (isLate) says.late += 1;
      else says.records += 1;
      says.pending ||= !isLate && !passed;
      if (entry.kind === 'order') record ??= entry.record;
      facts.push(factOf(entry, partition, { isLate, passed }));
    }
    progress(says.entries, of);
  }
  const { entries, ...counted } = says;
  const text = `${countedWords(entries, 'entries')} in ${countedWords(lag.length, 'partitions')}, ${facts.length} of it`;
  return { ...counted, facts, record, lookedAt: { book: 'order log', text } };
}

function orderIdIn(entry: LogEntry): OrderId | null {
  if (entry.kind === 'marker') return null;
  return entry.kind === 'order' ? entry.record.orderId : entry.orderId;
}

function factOf(
  entry: LogEntry,
  partition: number,
  is: { readonly isLate: boolean; readonly passed: boolean },
): StoryFact {
  const where = `partition ${partition}, offset ${entry.offset}`;
  const passed = is.passed ? 'the consumers have passed it' : 'no consumer has got there yet';
  if (entry.kind !== 'order')
    return { book: 'order log', at: null, text: `a record that cannot be read; ${passed}`, where };
  const { acceptedAt, epoch } = entry.record;
  const text = is.isLate
    ? `a late record of epoch ${epoch}, behind the marker of a newer one`
    : `a record of epoch ${epoch}; ${passed}`;
  return { book: 'order log', at: acceptedAt, text, where };
}
