import { alignedTable } from '../command/aligned-table.ts';
import type { BenchName } from './bench-names.ts';
import type { TimedBenchResult } from './bench-result.ts';
import { type BenchWords, countText, timedBenchText } from './bench-text.ts';
import type { ComparedCase } from './sides-result.ts';

/** What a person reads after a bench that compares ours with the bare limit, a row a case. */
export function sidesText(
  result: TimedBenchResult<BenchName, unknown> & { readonly cases: readonly ComparedCase<unknown>[] },
  words: Omit<BenchWords, 'parts'>,
): string {
  const { cases } = result;
  return timedBenchText(result, { ...words, rounds: cases[0]?.rounds.length ?? 0, parts: [sidesTable(cases)] });
}

function sidesTable(cases: readonly ComparedCase<unknown>[]): string {
  const numbers = ['bare /s', 'ours /s', 'ratio', 'bare cpu us', 'ours cpu us'];
  const rows = cases.map(({ name, figures: f }) => [
    name,
    countText(f.barePerSecond),
    countText(f.oursPerSecond),
    f.oursToBare.toFixed(2),
    f.bareCpuMicros.toFixed(1),
    f.oursCpuMicros.toFixed(1),
  ]);
  return alignedTable(['case', ...numbers], rows, { right: numbers });
}
