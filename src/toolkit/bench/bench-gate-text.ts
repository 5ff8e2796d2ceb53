import type { GateBenchResult } from './bench-gate-result.ts';
import { timedBenchText } from './bench-text.ts';
import { sidesTable } from './sides-table.ts';

/** What a person reads after `bench gate`. */
export function benchGateText(result: GateBenchResult): string {
  return timedBenchText(result, {
    beside: 'Redis on the same machine',
    how: `${result.inFlight} calls in flight, ${result.bytesARecord} bytes a record`,
    rounds: result.cases[0]?.rounds.length ?? 0,
    parts: [sidesTable(result.cases)],
    notes: [
      'bare: the same EVALSHA calls, written beforehand, over a bare socket; nobody reads the replies.',
      'cpu us: processor time of this process for one order; Redis has its own.',
    ],
  });
}
