/** One rate that was tried, and what came of it. */
export interface RateProbe {
  readonly ratePerSecond: number;
  readonly purpose: 'search' | 'confirm';
  /** kept: every threshold held. generator: the generator was the bottleneck, so nobody knows. */
  readonly outcome: 'kept' | 'failed' | 'generator';
}

export interface RateSearch {
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
  /** Runs that have to keep the thresholds at the rate that is named in the end. */
  readonly confirmations: number;
}

/** What kept the search from a higher rate: the server's thresholds, our generator, or the range that was asked for. */
export type RateLimit = 'thresholds' | 'generator' | 'range';

export type SearchStep =
  | { readonly kind: 'probe'; readonly ratePerSecond: number; readonly purpose: RateProbe['purpose'] }
  | { readonly kind: 'found'; readonly ratePerSecond: number; readonly limitedBy: RateLimit }
  | { readonly kind: 'none'; readonly limitedBy: RateLimit };

/** The search ends when the best rate is within a tenth of one that was not kept: runs of seconds are no finer than that. */
const fineEnough = 1.1;

/** A generator that fell behind once may have had a noisy neighbour; twice at one rate, and that is how far it goes. */
const generatorTries = 2;

/**
 * What to try next, from all that was tried: doubled until a rate is not kept, then halved in between (by ratio), then the
 * best is confirmed. A rate counts as kept only below every rate that was not; one that fails its confirmation is not kept,
 * and the search goes on below it. Pure, so that the same probes always lead to the same step.
 */
export function nextStep(probes: readonly RateProbe[], search: RateSearch): SearchStep {
  const { fromPerSecond, toPerSecond, confirmations } = search;
  if (probes.length === 0) return { kind: 'probe', ratePerSecond: fromPerSecond, purpose: 'search' };
  const last = probes.at(-1);
  if (last?.outcome === 'generator' && generatorFailures(probes, last.ratePerSecond) < generatorTries)
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
    .filter(
      ({ outcome, ratePerSecond }) =>
        outcome === 'failed' || generatorFailures(probes, ratePerSecond) >= generatorTries,
    )
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

function generatorFailures(probes: readonly RateProbe[], rate: number): number {
  return probes.filter(({ ratePerSecond, outcome }) => ratePerSecond === rate && outcome === 'generator').length;
}

function limitAt(probes: readonly RateProbe[], bad: number | null): RateLimit {
  if (bad === null) return 'range';
  return probes.some(({ ratePerSecond, outcome }) => ratePerSecond === bad && outcome === 'failed')
    ? 'thresholds'
    : 'generator';
}
