import type { ComparedVariant } from './compare-variants.ts';
import type { Curves } from './measure-run.ts';
import type { Measured } from './measures.ts';
import type { Variant } from './policy.ts';

/** What `simulate --policy --json` prints. */
export interface PolicyResult {
  readonly format: 'fluxgate-policy-comparison';
  readonly version: 1;
  readonly title: string;
  readonly why: string;
  /** The crowd's own title, and how many came to one sale on average. */
  readonly crowd: { readonly title: string; readonly buyers: number; readonly units: number };
  readonly seeds: { readonly from: number; readonly count: number };
  readonly servers: { readonly count: number; readonly serviceMs: number };
  readonly hardStopSeconds: number;
  /** Of each difference alone, so that all of them together are right 19 times in 20. */
  readonly confidence: number;
  readonly variants: readonly VariantResult[];
  /** Promises that were broken: none in a sound program. */
  readonly broken: readonly { readonly variant: string; readonly seed: number; readonly text: string }[];
}

export interface VariantResult {
  readonly policy: Variant;
  readonly measures: ComparedVariant;
  /** Of each sale, in the order of the seeds: for statistics of one's own. */
  readonly sales: readonly Measured[];
  /** Sales that the hard stop ended. */
  readonly cutOff: number;
}

/** Sums over all sales of each variant, for plots: `binSeconds` wide. Not part of the document. */
export interface PolicyCurves {
  readonly binSeconds: number;
  readonly variants: readonly Curves[];
}
