import type { LogBenchResult } from './bench-log-result.ts';
import { sidesText } from './sides-text.ts';

/** What a person reads after `bench log`. */
export function benchLogText(result: LogBenchResult): string {
  return sidesText(result, {
    beside: 'broker on the same machine',
    how: `${result.inFlight} appends in flight, ${result.bytesARecord} bytes a record`,
    notes: [
      'bare: the same records, by kafkajs alone.',
      'cpu us: processor time of this process for one record; the broker has its own.',
    ],
  });
}
