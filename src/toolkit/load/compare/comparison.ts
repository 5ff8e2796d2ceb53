import type { HistoryOutcome } from '../../history/history-entry.ts';
import type { Interval } from './resample.ts';

/** What a difference of one figure means. `not_judged`: it stands there to be seen, `why` says why it decides nothing. */
export type Finding =
  | { readonly kind: 'better' | 'worse' }
  /** The interval has 0 in it, or the difference is smaller than anybody asked for. */
  | { readonly kind: 'same' }
  | { readonly kind: 'not_judged'; readonly why: string };

export interface ComparedFigure {
  /** `p99 of accepted`. */
  readonly name: string;
  readonly outcome: HistoryOutcome | null;
  readonly unit: 'ms' | 'per_second' | 'share';
  readonly betterWhen: 'lower' | 'higher';
  /** How many answers it rests on. */
  readonly n: { readonly a: number; readonly b: number };
  readonly a: number | null;
  readonly b: number | null;
  /** b - a. */
  readonly difference: number | null;
  /** The difference as a part of a; null where a is 0. */
  readonly change: number | null;
  /** Where the true difference lies, with `confidence` of the comparison; null where it is not judged. */
  readonly interval: Interval | null;
  readonly finding: Finding;
}

/** What is known of one side. */
export interface ComparedSide {
  readonly runs: number;
  readonly startedAt: readonly string[];
  readonly serverVersions: readonly string[];
}

export type CompareVerdict = 'better' | 'worse' | 'no_difference' | 'not_comparable';

/** What `load compare --json` prints. */
export interface Comparison {
  readonly format: 'fluxgate-load-comparison';
  readonly version: 1;
  readonly title: string;
  readonly a: ComparedSide;
  readonly b: ComparedSide;
  readonly verdict: CompareVerdict;
  /** Why the runs cannot be compared; empty where they can. */
  readonly obstacles: readonly string[];
  /** What one should know who believes the verdict. */
  readonly notes: readonly string[];
  /** Of each interval alone, so that all of them together are right 19 times in 20. */
  readonly confidence: number;
  /** Smaller changes are called the same, as a part of a. */
  readonly tolerance: number;
  readonly figures: readonly ComparedFigure[];
}
