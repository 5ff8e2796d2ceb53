import { alignedTable } from '../command/aligned-table.ts';
import type { GateLoss, RebuildBenchResult } from './bench-rebuild-result.ts';
import { benchText, countText } from './bench-text.ts';

/** Short, so that a row has 80 columns at most; the notes say what is meant. */
const columns = ['noticed', 'fenced', 'leases', 'sent', 'markers', 'loaded', 'opened', 'all', 'taken'];

/** What a person reads after `bench rebuild`. */
export function benchRebuildText(result: RebuildBenchResult): string {
  const { orders, losses, serverKilled, figures, serverLeaseMs } = result;
  const rows = [...losses.map((loss, n) => rowOf(`loss ${n + 1}`, loss)), rowOf('loss + kill', serverKilled)];
  const bytes = [
    ['Redis', countText(figures.redisBytesAnOrder)],
    ['PostgreSQL', countText(figures.postgresBytesAnOrder)],
    ['Kafka', countText(figures.kafkaBytesAnOrder)],
  ];
  const { loadedSeconds, bareSeconds, loadedToBare } = figures;
  return benchText(result, {
    beside: 'two servers, worker and stack on the same machine',
    how: `${countText(orders)} orders in the ledger, server lease ${serverLeaseMs / 1_000} s; seconds since an empty Redis answers`,
    parts: [
      alignedTable(['', ...columns], rows, { right: columns }),
      `loaded: ours ${inSeconds(loadedSeconds)} s, bare ${inSeconds(bareSeconds)} s (SELECT piped into HSETs), ours / bare ${loadedToBare.toFixed(2)}`,
      alignedTable(['part', 'bytes an order'], bytes, { right: ['bytes an order'] }),
    ],
    notes: [
      'leases: of servers that may still use the old epoch; sent: what they had sent is over; all: opened by the controller; taken: every server that lives has answered an order with 200; kill: a server died with Redis.',
    ],
  });
}

function rowOf(name: string, { noticedSeconds, steps, openedSeconds, takenAgainSeconds }: GateLoss): string[] {
  const { fencedMs, serversMs, deadlineMs, markersMs, loadedMs, openedMs } = steps;
  const taken = [fencedMs, serversMs, deadlineMs, markersMs, loadedMs, openedMs].map((ms) => ms / 1_000);
  return [name, ...[noticedSeconds, ...taken, openedSeconds, takenAgainSeconds].map(inSeconds)];
}

function inSeconds(value: number): string {
  return value.toFixed(2);
}
