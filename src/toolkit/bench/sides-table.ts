import { alignedTable } from '../command/aligned-table.ts';
import { countText } from './bench-text.ts';
import type { ComparedCase } from './sides-result.ts';

/** Ours and the bare limit, a row a case. */
export function sidesTable(cases: readonly ComparedCase<unknown>[]): string {
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
