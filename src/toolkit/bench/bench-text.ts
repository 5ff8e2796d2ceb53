import { alignedTable } from '../command/aligned-table.ts';
import { wrapText } from '../verify/wrap-text.ts';
import type { BenchName } from './bench-names.ts';
import type { BenchResult, FloorCheck, TimedBenchResult } from './bench-result.ts';

/** The width that every terminal has; tables are made to fit. */
const terminalWidth = 80;

/** What is said of one bench beside its promises. */
export interface BenchWords {
  /** What shared the machine. */
  readonly beside: string;
  /** How it was asked: what is in flight, how much a record has. */
  readonly how: string;
  /** Its tables, and what is said below them; a blank line comes between. */
  readonly parts: readonly string[];
  readonly notes?: readonly string[];
}

/** What a person reads after a bench: the machine, the figures, the promises and what became of them, the doubts. */
export function benchText(result: BenchResult<BenchName, unknown>, words: BenchWords): string {
  const { machine, floors, doubts } = result;
  const { beside, how, parts, notes } = words;
  const wrapped = (text: string): readonly string[] => wrapText(text, terminalWidth);
  return [
    ...wrapped(`${machine.cores} x ${machine.cpu}, Node ${machine.node}, ${beside}`),
    ...wrapped(how),
    ...[...parts, floorTable(floors)].flatMap((part) => ['', part]),
    ...(notes === undefined ? [] : ['', ...notes.flatMap(wrapped)]),
    ...(doubts.length === 0 ? [] : ['', 'Inconclusive:', ...doubts.map((doubt) => `  ${doubt}`)]),
  ].join('\n');
}

/** The same of a bench that measures for a set time, in rounds. */
export function timedBenchText(
  result: TimedBenchResult<BenchName, unknown>,
  { rounds, ...words }: BenchWords & { readonly rounds: number },
): string {
  return benchText(result, {
    ...words,
    how: `${words.how}, ${result.seconds} s a measurement, median of ${rounds} rounds`,
  });
}

const count = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** A number of orders or answers, without digits after the point. */
export function countText(n: number): string {
  return count.format(n);
}

function floorTable(floors: readonly FloorCheck[]): string {
  const rows = floors.map(({ name, kind, limit, actual, ok }) => [
    name,
    `${kind === 'at_least' ? '>=' : '<='} ${limit}`,
    actual.toFixed(2),
    ok ? 'ok' : 'missed',
  ]);
  return alignedTable(['promise', 'limit', 'here', ''], rows, { right: ['limit', 'here'] });
}
