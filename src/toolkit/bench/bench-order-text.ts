import { alignedTable } from '../command/aligned-table.ts';
import { answersTable } from './answers-table.ts';
import type { OrderBenchResult } from './bench-order-result.ts';
import { countText, timedBenchText } from './bench-text.ts';

/** What a person reads after `bench order`. */
export function benchOrderText(result: OrderBenchResult): string {
  const { http, cpuMicros, backlogPerSecond, idleWorkerPercent } = result.figures;
  const heads = ['part', 'cpu us an order'];
  const processes = Object.entries(cpuMicros).map(([name, micros]) => [name, tenths(micros)]);
  return timedBenchText(result, {
    beside: 'server, worker, stack and generator on the same machine',
    how: `${result.connections} connections`,
    rounds: result.rounds.length,
    parts: [
      answersTable(http),
      alignedTable(heads, processes, { right: heads.slice(1) }),
      [
        `a backlog of ${countText(result.backlogOrders)} orders: ${countText(backlogPerSecond)} a second into the ledger, one worker`,
        `an idle worker: ${tenths(idleWorkerPercent)} % of a core`,
        `lag 0 after the load: ${http.lagZeroAfterSeconds.toFixed(2)} s`,
      ].join('\n'),
    ],
    notes: [
      'cpu us: processor time of the server for one answer; of each part for one accepted order, up to its row in the ledger.',
    ],
  });
}

function tenths(figure: number | null): string {
  return figure === null ? '-' : figure.toFixed(1);
}
