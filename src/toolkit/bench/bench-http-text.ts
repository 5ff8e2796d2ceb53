import { answersTable } from './answers-table.ts';
import type { HttpBenchResult } from './bench-http-result.ts';
import { timedBenchText } from './bench-text.ts';

/** What a person reads after `bench http`. */
export function benchHttpText(result: HttpBenchResult): string {
  return timedBenchText(result, {
    beside: 'generator on the same machine',
    how: `${result.connections} connections`,
    rounds: result.rounds.length,
    parts: [answersTable(result.figures)],
    notes: [
      'cpu us: processor time of the server and its PostgreSQL for one answer;',
      'for accepted up to its row in the ledger.',
    ],
  });
}
