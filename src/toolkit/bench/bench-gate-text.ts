import { alignedTable } from '../command/aligned-table.ts';
import type { GateBenchResult } from './bench-gate-result.ts';
import { doubtLines, floorTable } from './floor-table.ts';

const count = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** What a person reads after `bench gate`. */
export function benchGateText({
  machine,
  inFlight,
  seconds,
  bytesARecord,
  cases,
  floors,
  doubts,
}: GateBenchResult): string {
  const heads = ['orders a call', 'bare /s', 'ours /s', 'ratio', 'bare cpu us', 'ours cpu us'];
  const rows = cases.map(({ kind, ordersACall, figures: f }) => [
    kind === 'held' ? 'held' : 'sold out',
    String(ordersACall),
    count.format(f.barePerSecond),
    count.format(f.oursPerSecond),
    f.oursToBare.toFixed(2),
    f.bareCpuMicros.toFixed(1),
    f.oursCpuMicros.toFixed(1),
  ]);
  return [
    `${machine.cores} x ${machine.cpu}, Node ${machine.node}, Redis on the same machine`,
    `${inFlight} calls in flight, ${bytesARecord} bytes a record, ${seconds} s a measurement, median of ${cases[0]?.rounds.length ?? 0} rounds`,
    '',
    alignedTable(['orders', ...heads], rows, { right: heads }),
    '',
    floorTable(floors),
    '',
    'bare: the same EVALSHA calls, written beforehand, over a bare socket; nobody reads the replies.',
    'cpu us: processor time of this process for one order; Redis has its own.',
    ...doubtLines(doubts),
  ].join('\n');
}
