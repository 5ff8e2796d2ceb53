import { alignedTable } from '../command/aligned-table.ts';
import type { FloorCheck } from './bench-http-result.ts';

/** The promises of a bench and what became of them. */
export function floorTable(floors: readonly FloorCheck[]): string {
  const rows = floors.map(({ name, kind, limit, actual, ok }) => [
    name,
    `${kind === 'at_least' ? '>=' : '<='} ${limit}`,
    actual.toFixed(2),
    ok ? 'ok' : 'missed',
  ]);
  return alignedTable(['promise', 'limit', 'here', ''], rows, { right: ['limit', 'here'] });
}

/** Why the figures are to be doubted: how the text of every bench ends. */
export function doubtLines(doubts: readonly string[]): readonly string[] {
  return doubts.length === 0 ? [] : ['', 'Inconclusive:', ...doubts.map((doubt) => `  ${doubt}`)];
}
