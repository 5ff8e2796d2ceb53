import { FluxError } from '../../engine/domain/flux-error.ts';
import type { HistoryEntry } from './history-entry.ts';
import { readHistory } from './read-history.ts';

/** One request, told twice: when it was sent and when it was answered. */
export interface HistoryEvent {
  readonly kind: 'sent' | 'answered';
  /** Milliseconds since 1970 by the clock of the generator's start, with fractions. */
  readonly atMs: number;
  readonly request: HistoryEntry;
}

/** Events that wait for their turn: 30 s of 30,000 requests a second, some 500 MB. */
const mostWaiting = 1_000_000;
/** Sorted in heaps of this many: nearly sorted already, so it costs little. */
const sortedAtOnce = 8_192;

/**
 * The events of one history in the order of their times, though the file has them in the order of the answers. Reads the file
 * twice: the first time for how far an event may stand from its place. A request that was answered before it was sent (a clock
 * that was set back) is answered when it was sent.
 * @throws FluxError `history_unreadable`, also where more than a million events would have to wait for their turn
 */
export async function* orderedEvents(path: string): AsyncGenerator<HistoryEvent, void> {
  const { startedMs, slackMs } = await slackOf(path);
  let waiting: HistoryEvent[] = [];
  let newestMs = Number.NEGATIVE_INFINITY;
  let sortedMs = 0;
  for await (const request of readHistory(path)) {
    const answeredMs = startedMs + Math.max(request.doneMs, request.sentMs);
    waiting.push({ kind: 'sent', atMs: startedMs + request.sentMs, request });
    waiting.push({ kind: 'answered', atMs: answeredMs, request });
    newestMs = Math.max(newestMs, answeredMs);
    sortedMs += 2;
    if (sortedMs < sortedAtOnce) continue;
    sortedMs = 0;
    waiting.sort(byTime);
    const later = waiting.findIndex(({ atMs }) => atMs >= newestMs - slackMs);
    yield* waiting.slice(0, later);
    waiting = waiting.slice(later);
    if (waiting.length > mostWaiting) throw tooSlow(path, slackMs);
  }
  yield* waiting.sort(byTime);
}

/** The events of several histories as one, in the order of their times. */
export async function* mergedEvents(paths: readonly string[]): AsyncGenerator<HistoryEvent, void> {
  const sources = paths.map((path) => orderedEvents(path));
  try {
    const heads = await Promise.all(sources.map((source) => source.next()));
    for (;;) {
      let first = -1;
      for (const [n, head] of heads.entries()) {
        const best = heads[first];
        if (!head.done && (best === undefined || best.done || head.value.atMs < best.value.atMs)) first = n;
      }
      const [head, source] = [heads[first], sources[first]];
      if (head === undefined || head.done || source === undefined) return;
      yield head.value;
      heads[first] = await source.next();
    }
  } finally {
    await Promise.all(sources.map((source) => source.return()));
  }
}

function byTime(a: HistoryEvent, b: HistoryEvent): number {
  return a.atMs - b.atMs;
}

/** When the run began, and how far before the newest answer above it an event may stand. */
async function slackOf(path: string): Promise<{ readonly startedMs: number; readonly slackMs: number }> {
  let startedMs = 0;
  let newestMs = Number.NEGATIVE_INFINITY;
  let slackMs = 0;
  const onHeader = ({ startedAt }: { readonly startedAt: string }) => {
    startedMs = Date.parse(startedAt);
  };
  for await (const { sentMs, doneMs } of readHistory(path, { onHeader })) {
    newestMs = Math.max(newestMs, doneMs, sentMs);
    slackMs = Math.max(slackMs, newestMs - sentMs);
  }
  return { startedMs, slackMs };
}

function tooSlow(path: string, slackMs: number): FluxError {
  const why = `an answer in ${path} came ${Math.round(slackMs / 1_000)} s after its request, and more than ${mostWaiting} events`;
  return new FluxError('history_unreadable', `${why} lie between: too many to put them in order`);
}
