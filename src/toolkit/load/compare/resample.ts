import { chanceAt } from '../seeded-chance.ts';

/** One resampling of both sides: for each side the runs that were drawn, each with how often each of its cells is taken. */
export interface Draw {
  readonly a: readonly DrawnRun[];
  readonly b: readonly DrawnRun[];
}

export interface DrawnRun {
  /** Index of the run on its side. */
  readonly run: number;
  readonly weights: Uint32Array;
}

/** Fixed: the same files give the same answer, on every machine. */
const seed = 20_260_101;
const streams = { cells: 1, a: 2, b: 3 } as const;
/** More runs than anybody makes: only keeps the numbers of two draws apart. */
const maxSlots = 64;
const maxCells = 1_024;

/**
 * Draws both sides anew in two steps, as the measurements came about: first whole runs, with replacement, then stretches of
 * time (cells) within each. Runs differ by what a run cannot see of itself (memory layout, what else the machine does, a warm
 * cache); neighbouring answers within a run depend on each other, so that only stretches, never single answers, are drawn.
 * The n-th run drawn of either side gets the same cells: the load over time (a ramp, the moment the stock is gone) is the same
 * by plan, and no difference between the sides.
 *
 * A side of one run has nothing to draw in the first step; its intervals know the noise within that run only.
 *
 * Sources: E. Carlstein, "The use of subseries values for estimating the variance ..." (1986), for blocks that do not overlap;
 * A. C. Davison, D. V. Hinkley, "Bootstrap Methods and their Application" (1997), 3.8 (hierarchical) and 8.2.3 (blocks);
 * T. Kalibera, R. Jones, "Rigorous Benchmarking in Reasonable Time" (2013), for runs as a level of their own.
 */
export function drawOf(n: number, runs: { readonly a: number; readonly b: number }, cells: number): Draw {
  const slots = Array.from({ length: Math.max(runs.a, runs.b) }, (_, slot) => drawCells(n * maxSlots + slot, cells));
  const side = (count: number, stream: number): readonly DrawnRun[] =>
    Array.from({ length: count }, (_, slot) => ({
      run: Math.floor(chanceAt(seed, stream, n * maxSlots + slot) * count),
      weights: slots[slot] ?? new Uint32Array(cells).fill(1),
    }));
  return { a: side(runs.a, streams.a), b: side(runs.b, streams.b) };
}

function drawCells(slot: number, cells: number): Uint32Array {
  const weights = new Uint32Array(cells);
  for (let n = 0; n < cells; n += 1) {
    const cell = Math.floor(chanceAt(seed, streams.cells, slot * maxCells + n) * cells);
    weights[cell] = (weights[cell] ?? 0) + 1;
  }
  return weights;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * The percentile interval (B. Efron, R. Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13) in which the true
 * difference lies with this confidence; null where there are too few draws to say. `units` is how many runs (or cells, where
 * there is one run) the smaller side drew from: of few units draws differ too little, by a factor of sqrt((n - 1) / n), and are
 * spread about the difference that was measured by as much (T. Hesterberg, "What Teachers Should Know About the Bootstrap"
 * (2015), 3.2, narrowness bias).
 */
export function intervalOf(
  differences: readonly number[],
  { measured, units, confidence }: { readonly measured: number; readonly units: number; readonly confidence: number },
): Interval | null {
  const sorted = Float64Array.from(differences).sort();
  const outside = Math.floor(((1 - confidence) / 2) * sorted.length);
  // without one value outside at each end the interval would be narrower than it claims
  if (outside < 1 || units < 2) return null;
  const spread = Math.sqrt(units / (units - 1));
  const [low = 0, high = 0] = [sorted[outside], sorted[sorted.length - 1 - outside]];
  return { low: measured + (low - measured) * spread, high: measured + (high - measured) * spread };
}
