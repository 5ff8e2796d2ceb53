import { alignedTable } from '../command/aligned-table.ts';
import type { HttpBenchResult } from './bench-http-result.ts';
import { doubtLines, floorTable } from './floor-table.ts';

const count = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** What a person reads after the bench. */
export function benchText({
  machine,
  connections,
  seconds,
  rounds,
  figures: f,
  floors,
  doubts,
}: HttpBenchResult): string {
  const numbers = ['per second', 'to bare', 'p50 ms', 'p99 ms', 'cpu us'];
  const rows = [
    ['bare route', f.barePerSecond, 1, f.bareP50Ms, f.bareP99Ms, f.bareCpuMicros] as const,
    ['refused', f.refusedPerSecond, f.refusedToBare, f.refusedP50Ms, f.refusedP99Ms, f.refusedCpuMicros] as const,
    ['accepted', f.acceptedPerSecond, f.acceptedToBare, f.acceptedP50Ms, f.acceptedP99Ms, f.acceptedCpuMicros] as const,
  ].map(([name, perSecond, toBare, p50, p99, micros]) => [
    name,
    count.format(perSecond),
    toBare.toFixed(2),
    p50.toFixed(2),
    p99.toFixed(2),
    micros === null ? '-' : micros.toFixed(1),
  ]);
  return [
    `${machine.cores} x ${machine.cpu}, Node ${machine.node}, generator on the same machine`,
    `${connections} connections, ${seconds} s a measurement, median of ${rounds.length} rounds`,
    '',
    alignedTable(['answers', ...numbers], rows, { right: numbers }),
    '',
    floorTable(floors),
    '',
    'cpu us: processor time of the server and its PostgreSQL for one answer;',
    'for accepted up to its row in the ledger.',
    ...doubtLines(doubts),
  ].join('\n');
}
