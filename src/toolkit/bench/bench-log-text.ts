import { alignedTable } from '../command/aligned-table.ts';
import type { LogBenchResult } from './bench-log-result.ts';
import { floorTable } from './floor-table.ts';

const count = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** What a person reads after `bench log`. */
export function benchLogText({ machine, inFlight, seconds, bytesARecord, sizes, floors }: LogBenchResult): string {
  const heads = ['records an append', 'kafkajs /s', 'ours /s', 'ratio', 'kafkajs cpu us', 'ours cpu us'];
  const rows = sizes.map(({ recordsAnAppend, figures: f }) => [
    String(recordsAnAppend),
    count.format(f.rawPerSecond),
    count.format(f.oursPerSecond),
    f.oursToRaw.toFixed(2),
    f.rawCpuMicros.toFixed(1),
    f.oursCpuMicros.toFixed(1),
  ]);
  return [
    `${machine.cores} x ${machine.cpu}, Node ${machine.node}, broker on the same machine`,
    `${inFlight} appends in flight, ${bytesARecord} bytes a record, ${seconds} s a measurement, median of ${sizes[0]?.rounds.length ?? 0} rounds`,
    '',
    alignedTable(heads, rows, { right: heads }),
    '',
    floorTable(floors),
    '',
    'cpu us: processor time of this process for one record; the broker has its own.',
  ].join('\n');
}
