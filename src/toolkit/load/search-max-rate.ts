/** One rate that was tried, and what came of it. */
export interface RateProbe {
  readonly ratePerSecond: number;
  readonly purpose: 'search' | 'confirm';
  /**
   * kept: every threshold held. generator: the generator was the bottleneck, so nobody knows. unknown: neither does anybody
   * where the run was stopped, or no threshold was measured.
   */
  readonly outcome: 'kept' | 'failed' | 'generator' | 'unknown';
}

export interface RateSearch {
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
  /** Runs that have to keep the thresholds at the rate that is named in the end. */
  readonly confirmations: number;
}

/** What kept the search from a higher rate: the server's thresholds, our generator, runs that told nothing, or the range that was asked for. */
export type RateLimit = 'thresholds' | 'generator' | 'unknown' | 'range';

export type SearchStep =
  | { readonly kind: 'probe'; readonly ratePerSecond: number; readonly purpose: RateProbe['purpose'] }
  | { readonly kind: 'found'; readonly ratePerSecond: number; readonly limitedBy: RateLimit }
  | { readonly kind: 'none'; readonly limitedBy: RateLimit };

/** The search ends when the best rate is within a tenth of one that was not kept: runs of seconds are no finer than that. */
const fineEnough = 1.1;

/** A run that told nothing once may have had a noisy neighbour; twice at one rate, and that is how far it goes. */
const tries = 2;

/**
 * What to try next, from all that was tried: doubled until a rate is not kept, then halved in between (by ratio), then the
 * best is confirmed. A rate counts as kept only below every rate that was not; one that fails its confirmation is not kept,
 * and the search goes on below it. Pure, so that the same probes always lead to the same step.
 */
export function nextStep(probes: readonly RateProbe[], search: RateSearch): SearchStep {
  const { fromPerSecond, toPerSecond, confirmations } = search;
  if (probes.length === 0) return { kind: 'probe', ratePerSecond: fromPerSecond, purpose: 'search' };
  const last = probes.at(-1);
  if (last !== undefined && toldNothing(last) && timesNothing(probes, last.ratePerSecond) < tries)
    return { kind: 'probe', ratePerSecond: last.ratePerSecond, purpose: last.purpose };
  const bad = lowestNotKept(probes);
  const best = highestKept(probes, bad);
  const limitedBy = limitAt(probes, bad);
  if (best === null) return { kind: 'none', limitedBy };
  const between = bad === null ? Math.min(best * 2, toPerSecond) : Math.round(Math.sqrt(best * bad));
  const isFine = bad === null ? best >= toPerSecond : bad / best <= fineEnough;
  if (!isFine && between > best && between !== bad) return { kind: 'probe', ratePerSecond: between, purpose: 'search' };
  const confirmed = probes.filter(
    (probe) => probe.ratePerSecond === best && probe.purpose === 'confirm' && probe.outcome === 'kept',
  ).length;
  return confirmed < confirmations
    ? { kind: 'probe', ratePerSecond: best, purpose: 'confirm' }
    : { kind: 'found', ratePerSecond: best, limitedBy };
}

/** The rate that ends the search from above; null while there is none. */
export function lowestNotKept(probes: readonly RateProbe[]): number | null {
  const rates = probes
    .filter(({ outcome, ratePerSecond }) => outcome === 'failed' || timesNothing(probes, ratePerSecond) >= tries)
    .map(({ ratePerSecond }) => ratePerSecond);
  return rates.length === 0 ? null : Math.min(...rates);
}

/** The best that was kept below the lowest rate that was not; null where there is none. */
export function bestKept(probes: readonly RateProbe[]): number | null {
  return highestKept(probes, lowestNotKept(probes));
}

function highestKept(probes: readonly RateProbe[], below: number | null): number | null {
  const rates = probes
    .filter(({ outcome, ratePerSecond }) => outcome === 'kept' && (below === null || ratePerSecond < below))
    .map(({ ratePerSecond }) => ratePerSecond);
  return rates.length === 0 ? null : Math.max(...rates);
}

function toldNothing({ outcome }: RateProbe): boolean {
  return outcome === 'generator' || outcome === 'unknown';
}

function timesNothing(probes: readonly RateProbe[], rate: number): number {
  return probes.filter((probe) => probe.ratePerSecond === rate && toldNothing(probe)).length;
}

function limitAt(probes: readonly RateProbe[], bad: number | null): RateLimit {
  if (bad === null) return 'range';
  const outcomes = new Set(probes.filter(({ ratePerSecond }) => ratePerSecond === bad).map(({ outcome }) => outcome));
  if (outcomes.has('failed')) return 'thresholds';
  return outcomes.has('generator') ? 'generator' : 'unknown';
}
