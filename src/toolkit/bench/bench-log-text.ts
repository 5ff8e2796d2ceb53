import type { LogBenchResult } from './bench-log-result.ts';
import { timedBenchText } from './bench-text.ts';
import { sidesTable } from './sides-table.ts';

/** What a person reads after `bench log`. */
export function benchLogText(result: LogBenchResult): string {
  return timedBenchText(result, {
    beside: 'broker on the same machine',
    how: `${result.inFlight} appends in flight, ${result.bytesARecord} bytes a record`,
    rounds: result.cases[0]?.rounds.length ?? 0,
    parts: [sidesTable(result.cases)],
    notes: [
      'bare: the same records, by kafkajs alone.',
      'cpu us: processor time of this process for one record; the broker has its own.',
    ],
  });
}
