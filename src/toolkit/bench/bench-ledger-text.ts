import type { LedgerBenchResult } from './bench-ledger-result.ts';
import { timedBenchText } from './bench-text.ts';
import { sidesTable } from './sides-table.ts';

/** What a person reads after `bench ledger`. */
export function benchLedgerText(result: LedgerBenchResult): string {
  return timedBenchText(result, {
    beside: 'a PostgreSQL of its own on the same machine',
    how: 'one transaction at a time',
    rounds: result.cases[0]?.rounds.length ?? 0,
    parts: [sidesTable(result.cases)],
    notes: [
      'bare: the same rows by two inserts a transaction, their arrays written beforehand; no repeats looked for, no stock counted.',
      'cpu us: processor time of this process for one order; PostgreSQL has its own.',
    ],
  });
}
