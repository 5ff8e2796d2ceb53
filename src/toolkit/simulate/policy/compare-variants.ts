import { type Interval, intervalOf } from '../../load/compare/resample.ts';
import { chanceAt } from '../../load/seeded-chance.ts';
import { type Measured, type MeasureKey, measureKeys } from './measures.ts';

/** Enough for one draw outside of each end where all differences of a policy share the confidence. */
const draws = 10_000;
/** All differences together are rightly called larger than chance 19 times in 20 (Bonferroni). */
const confidenceOfAll = 0.95;
/** Of a mean alone, for the eye. */
const confidenceOfMean = 0.95;
/** Fixed: the same sales give the same answer. */
const drawSeed = 20_261_127;

/** What the difference from the first variant is worth. */
export type Difference =
  | { readonly kind: 'higher' | 'lower'; readonly mean: number; readonly interval: Interval }
  /** 0 lies in the interval. */
  | { readonly kind: 'chance'; readonly mean: number; readonly interval: Interval }
  | { readonly kind: 'too_few'; readonly mean: number | null };

/** Whether it is larger than chance. */
export function isLarger({ kind }: Difference): boolean {
  return kind === 'higher' || kind === 'lower';
}

/** One measure of one variant, over its sales. */
export interface ComparedMeasure {
  /** Of how many sales, and of how many both variants have it. */
  readonly n: number;
  readonly pairs: number;
  readonly mean: number | null;
  readonly interval: Interval | null;
  /** Null for the first variant, with which the others are compared. */
  readonly difference: Difference | null;
}

export type ComparedVariant = Readonly<Record<MeasureKey, ComparedMeasure>>;

/**
 * Compares variants whose n-th sales had the same crowd. Differences are taken sale by sale, so that what a crowd does to both
 * cancels out, and are resampled with replacement (B. Efron, R. Tibshirani, "An Introduction to the Bootstrap" (1993), 8.3 and
 * 13): larger than chance is what keeps its sign in the interval of the confidence that all differences of the table share.
 */
export function compareVariants(variants: readonly (readonly Measured[])[]): {
  readonly confidence: number;
  readonly compared: readonly ComparedVariant[];
} {
  const [first = []] = variants;
  const judged = Math.max(1, (variants.length - 1) * measuresIn(variants));
  const confidence = 1 - (1 - confidenceOfAll) / judged;
  const compared = variants.map((sales, nth) => {
    const entries = measureKeys.map((key): [MeasureKey, ComparedMeasure] => {
      const values = present(sales.map((sale) => sale[key]));
      const pairs = present(sales.map((sale, n) => minus(sale[key], first[n]?.[key] ?? null)));
      return [
        key,
        {
          ...{ n: values.length, pairs: pairs.length, mean: meanOf(values) },
          interval: intervalOfMean(values, confidenceOfMean),
          difference: nth === 0 ? null : differenceIn(pairs, confidence),
        },
      ];
    });
    // of every key, right above
    return Object.fromEntries(entries) as ComparedVariant;
  });
  return { confidence, compared };
}

/** A measure that no sale has is no row. */
function measuresIn(variants: readonly (readonly Measured[])[]): number {
  return measureKeys.filter((key) => variants.some((sales) => sales.some((sale) => sale[key] !== null))).length;
}

function differenceIn(pairs: readonly number[], confidence: number): Difference {
  const mean = meanOf(pairs);
  // n differences have one sign by chance alone in 2 of 2^n cases: of fewer no interval knows better
  const enough = 2 ** (1 - pairs.length) <= 1 - confidence;
  const interval = enough ? intervalOfMean(pairs, confidence) : null;
  if (mean === null || interval === null) return { kind: 'too_few', mean };
  if (interval.low > 0) return { kind: 'higher', mean, interval };
  return { kind: interval.high < 0 ? 'lower' : 'chance', mean, interval };
}

/** How many sales a variant needs before anything can be said of `comparisons` differences. */
export function fewestSales(confidence: number): number {
  return Math.ceil(1 - Math.log2(1 - confidence));
}

function intervalOfMean(values: readonly number[], confidence: number): Interval | null {
  const mean = meanOf(values);
  if (mean === null || values.length < 2) return null;
  const n = values.length;
  const means = Array.from({ length: draws }, (_, draw) => {
    let sum = 0;
    for (let slot = 0; slot < n; slot += 1) sum += values[Math.floor(chanceAt(drawSeed, slot, draw) * n)] ?? 0;
    return sum / n;
  });
  return intervalOf(means, { measured: mean, units: n, confidence });
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function minus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}

function present(values: readonly (number | null)[]): readonly number[] {
  return values.filter((value) => value !== null);
}
