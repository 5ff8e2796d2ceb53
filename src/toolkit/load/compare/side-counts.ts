import type { DrawnRun } from './resample.ts';

/** How often each value was met in one cell of time. */
export type Counts = ReadonlyMap<number, number>;

/** The values of one outcome in all cells of all runs of one side, made so that any draw of them has its percentile quickly. */
export interface SideCounts {
  /** Every value that was met, rising. */
  readonly values: Float64Array;
  /** For each run, for each cell: how many answers were at or below each value. */
  readonly runs: readonly (readonly Uint32Array[])[];
}

export function sideCounts(runs: readonly (readonly Counts[])[]): SideCounts {
  const values = Float64Array.from(new Set(runs.flatMap((cells) => cells.flatMap((cell) => [...cell.keys()])))).sort();
  const upTo = (cell: Counts): Uint32Array => {
    let sum = 0;
    return Uint32Array.from(values, (value) => {
      sum += cell.get(value) ?? 0;
      return sum;
    });
  };
  return { values, runs: runs.map((cells) => cells.map(upTo)) };
}

/** How many answers a draw has. */
export function totalOf(side: SideCounts, drawn: readonly DrawnRun[]): number {
  return countUpTo(side, drawn, side.values.length - 1);
}

/**
 * The percentile (0 to 1) of everything in a draw: of merged counts, never a mean of percentiles. Null where it has no answer.
 */
export function percentileOf(side: SideCounts, drawn: readonly DrawnRun[], part: number): number | null {
  const total = totalOf(side, drawn);
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(part * total));
  let [low, high] = [0, side.values.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (countUpTo(side, drawn, middle) >= rank) high = middle;
    else low = middle + 1;
  }
  return side.values[low] ?? null;
}

function countUpTo({ runs }: SideCounts, drawn: readonly DrawnRun[], index: number): number {
  let sum = 0;
  for (const { run, weights } of drawn) {
    const cells = runs[run] ?? [];
    for (let cell = 0; cell < cells.length; cell += 1) {
      const weight = weights[cell] ?? 0;
      if (weight > 0) sum += weight * (cells[cell]?.[index] ?? 0);
    }
  }
  return sum;
}
