import type { LedgerBenchResult } from './bench-ledger-result.ts';
import { sidesText } from './sides-text.ts';

/** What a person reads after `bench ledger`. */
export function benchLedgerText(result: LedgerBenchResult): string {
  return sidesText(result, {
    beside: 'a PostgreSQL of its own on the same machine',
    how: 'one transaction at a time',
    notes: [
      'bare: the same rows by two inserts a transaction, their arrays written beforehand; no repeats looked for, no stock counted.',
      'cpu us: processor time of this process for one order; PostgreSQL has its own.',
    ],
  });
}
