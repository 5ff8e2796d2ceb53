import { alignedTable } from '../command/aligned-table.ts';
import type { LedgerBenchResult } from './bench-ledger-result.ts';
import { doubtLines, floorTable } from './floor-table.ts';

const count = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** What a person reads after `bench ledger`. */
export function benchLedgerText({ machine, seconds, cases, floors, doubts }: LedgerBenchResult): string {
  const heads = ['orders a transaction', 'bare /s', 'ours /s', 'ratio', 'bare cpu us', 'ours cpu us'];
  const rows = cases.map(({ ordersATransaction, figures: f }) => [
    String(ordersATransaction),
    count.format(f.barePerSecond),
    count.format(f.oursPerSecond),
    f.oursToBare.toFixed(2),
    f.bareCpuMicros.toFixed(1),
    f.oursCpuMicros.toFixed(1),
  ]);
  return [
    `${machine.cores} x ${machine.cpu}, Node ${machine.node}, a PostgreSQL of its own on the same machine`,
    `one transaction at a time, ${seconds} s a measurement, median of ${cases[0]?.rounds.length ?? 0} rounds`,
    '',
    alignedTable(heads, rows, { right: heads }),
    '',
    floorTable(floors),
    '',
    'bare: the same rows by two inserts a transaction, their arrays written beforehand; no repeats looked for, no stock counted.',
    'cpu us: processor time of this process for one order; PostgreSQL has its own.',
    ...doubtLines(doubts),
  ].join('\n');
}
