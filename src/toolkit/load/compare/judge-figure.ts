import type { ComparedFigure, Finding } from './comparison.ts';
import { type Interval, intervalOf } from './resample.ts';

/** Differences below these are called the same whatever the intervals say: nobody decides by them. */
const negligible = {
  /** An event loop does not tell times apart any better. */
  ms: 0.1,
  per_second: 0,
  /** One request in a thousand. */
  share: 0.001,
} as const;

export type MeasuredFigure = Pick<ComparedFigure, 'name' | 'outcome' | 'unit' | 'betterWhen' | 'n' | 'a' | 'b'>;

export interface Evidence {
  /** Why no verdict rests on the figure, or null. */
  readonly unjudged: string | null;
  /** b - a in each draw. */
  readonly differences: readonly number[];
  /** Runs or cells that the smaller side drew from. */
  readonly units: number;
  readonly confidence: number;
  /** As a part of a. */
  readonly tolerance: number;
}

/** Says what the difference of one figure means. */
export function judgeFigure(figure: MeasuredFigure, evidence: Evidence): ComparedFigure {
  const { a, b } = figure;
  const difference = a === null || b === null ? null : b - a;
  const change = difference === null || a === null || a === 0 ? null : difference / a;
  const isJudged = evidence.unjudged === null && difference !== null;
  const interval = isJudged ? intervalOf(evidence.differences, { ...evidence, measured: difference }) : null;
  const measured = { ...figure, difference, change, interval };
  return { ...measured, finding: findingOn(measured, evidence) };
}

function findingOn(figure: Omit<ComparedFigure, 'finding'>, { unjudged, tolerance }: Evidence): Finding {
  const { difference, interval } = figure;
  if (unjudged !== null) return { kind: 'not_judged', why: unjudged };
  if (difference === null || interval === null) return { kind: 'not_judged', why: 'too few draws had an answer' };
  if (hasZero(interval) || !matters(figure, difference, tolerance)) return { kind: 'same' };
  const isLower = interval.high < 0;
  return { kind: isLower === (figure.betterWhen === 'lower') ? 'better' : 'worse' };
}

function hasZero({ low, high }: Interval): boolean {
  return low <= 0 && high >= 0;
}

/** A share has its own measure: from 0.01 % to 0.02 % is no doubling that anybody minds. */
function matters({ unit, a }: Omit<ComparedFigure, 'finding'>, difference: number, tolerance: number): boolean {
  const size = Math.abs(difference);
  if (size < negligible[unit]) return false;
  return unit === 'share' || a === null || size >= tolerance * Math.abs(a);
}
