import type { GateBenchResult } from './bench-gate-result.ts';
import { sidesText } from './sides-text.ts';

/** What a person reads after `bench gate`. */
export function benchGateText(result: GateBenchResult): string {
  return sidesText(result, {
    beside: 'Redis on the same machine',
    how: `${result.inFlight} calls in flight, ${result.bytesARecord} bytes a record`,
    notes: [
      'bare: the same EVALSHA calls, written beforehand, over a bare socket; nobody reads the replies.',
      'cpu us: processor time of this process for one order; Redis has its own.',
    ],
  });
}
