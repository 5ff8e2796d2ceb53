import { alignedTable } from '../command/aligned-table.ts';
import type { OrderBenchResult } from './bench-order-result.ts';
import { doubtLines, floorTable } from './floor-table.ts';

const count = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** What a person reads after `bench order`. */
export function benchOrderText(result: OrderBenchResult): string {
  const { machine, connections, seconds, rounds, figures, floors, doubts, backlogOrders } = result;
  const { http: f, cpuMicros, backlogPerSecond, idleWorkerPercent } = figures;
  const numbers = ['per second', 'to bare', 'p50 ms', 'p99 ms'];
  const rows = [
    ['bare route', f.barePerSecond, 1, f.bareP50Ms, f.bareP99Ms] as const,
    ['refused', f.refusedPerSecond, f.refusedToBare, f.refusedP50Ms, f.refusedP99Ms] as const,
    ['accepted', f.acceptedPerSecond, f.acceptedToBare, f.acceptedP50Ms, f.acceptedP99Ms] as const,
  ].map(([name, perSecond, toBare, p50, p99]) => [
    name,
    count.format(perSecond),
    toBare.toFixed(2),
    p50.toFixed(2),
    p99.toFixed(2),
  ]);
  const parts = Object.entries(cpuMicros).map(([name, micros]) => [name, micros === null ? '-' : micros.toFixed(1)]);
  return [
    `${machine.cores} x ${machine.cpu}, Node ${machine.node}, server, worker, stack and generator on the same machine`,
    `${connections} connections, ${seconds} s a measurement, median of ${rounds.length} rounds`,
    '',
    alignedTable(['answers', ...numbers], rows, { right: numbers }),
    '',
    alignedTable(['part', 'cpu us an order'], parts, { right: ['cpu us an order'] }),
    '',
    `a backlog of ${count.format(backlogOrders)} orders: ${count.format(backlogPerSecond)} a second into the ledger, one worker`,
    `an idle worker: ${idleWorkerPercent === null ? '-' : idleWorkerPercent.toFixed(1)} % of a core`,
    `lag 0 after the load: ${f.lagZeroAfterSeconds.toFixed(2)} s`,
    '',
    floorTable(floors),
    ...doubtLines(doubts),
  ].join('\n');
}
