import type { OrderState } from '../../../engine/domain/order.ts';
import type { BuyerStory } from './crowd-book.ts';
import { highestTauB, kendallTauB } from './kendall.ts';
import type { Measured } from './measures.ts';
import type { CrowdRun } from './run-crowd.ts';

/** Counts over time; bin n is from n to n + 1 of `binSeconds`, the last one has all that came later. They add up. */
export interface Curves {
  /** Units of orders that stayed, by when they were accepted. */
  readonly units: Uint32Array;
  /** Buyers by when they came, and of these the ones who heard yes. */
  readonly came: Uint32Array;
  readonly won: Uint32Array;
  /** Buyers who heard yes, by how long they had waited for it. */
  readonly waited: Uint32Array;
}

/** What one sale comes to. */
export interface MeasuredRun {
  readonly measured: Measured;
  readonly curves: Curves;
  readonly isCutOff: boolean;
  readonly broken: string | null;
}

export const curveBins = 2_000;

/** Orders that stand when the sale is over hold their units for good. */
const stays: ReadonlySet<OrderState | undefined> = new Set<OrderState>(['accepted', 'confirmed']);

/** Measures a sale of `stock` units. Pure. */
export function measureRun(
  run: CrowdRun,
  of: { readonly stock: number; readonly hardStopSeconds: number },
): MeasuredRun {
  const { book, states } = run;
  const buyers = [...book.buyers.values()];
  const kept = [...book.accepted]
    .flatMap(([orderId, order]) => (stays.has(states.get(orderId)) ? [order] : []))
    .sort((a, b) => a.acceptedMs - b.acceptedMs);
  const units = kept.reduce((sum, order) => sum + order.units, 0);
  const lastSeconds = (kept.at(-1)?.acceptedMs ?? 0) / 1_000;
  const yesWaits = waits(buyers, ({ yesMs }) => yesMs);
  const noWaits = waits(buyers, ({ yesMs, noMs }) => (yesMs === null ? noMs : null));
  const tau = tauOf(buyers);
  const highest = highestTauB(buyers.length, yesWaits.length);
  return {
    measured: {
      sellOutSeconds: units >= of.stock && kept.length > 0 ? lastSeconds : null,
      goodputPerSecond: lastSeconds === 0 ? null : kept.length / lastSeconds,
      unitsSold: part(units, of.stock),
      fairness: tau,
      firstCome: tau === null || highest === null ? null : tau / highest,
      yesP50Seconds: percentile(yesWaits, 0.5),
      yesP95Seconds: percentile(yesWaits, 0.95),
      noP50Seconds: percentile(noWaits, 0.5),
      noP95Seconds: percentile(noWaits, 0.95),
      unanswered: part(buyers.filter(({ answered }) => !answered).length, buyers.length),
      paidTooLate: part(book.tooLate, book.confirmed),
      requestsPerBuyer: part(book.requests, buyers.length),
    },
    curves: curvesOf(buyers, kept, of.hardStopSeconds),
    isCutOff: run.isCutOff,
    broken: run.broken === null ? null : `${run.broken.invariant}: ${run.broken.text}`,
  };
}

/** Those who never heard yes tie behind all who did. */
function tauOf(buyers: readonly BuyerStory[]): number | null {
  return kendallTauB(
    Float64Array.from(buyers, ({ arrivedMs }) => arrivedMs),
    Float64Array.from(buyers, ({ yesMs }) => yesMs ?? Number.POSITIVE_INFINITY),
  );
}

function part(n: number, of: number): number | null {
  return of === 0 ? null : n / of;
}

/** In seconds, ascending, of those for whom there is a moment. */
function waits(buyers: readonly BuyerStory[], untilMs: (buyer: BuyerStory) => number | null): Float64Array {
  return Float64Array.from(
    buyers.flatMap((buyer) => {
      const until = untilMs(buyer);
      return until === null ? [] : [(until - buyer.arrivedMs) / 1_000];
    }),
  ).sort();
}

/** The nearest rank: a wait that somebody had. */
function percentile(sorted: Float64Array, at: number): number | null {
  return sorted[Math.max(0, Math.ceil(at * sorted.length) - 1)] ?? null;
}

function curvesOf(
  buyers: readonly BuyerStory[],
  kept: readonly { readonly acceptedMs: number; readonly units: number }[],
  hardStopSeconds: number,
): Curves {
  const binMs = (hardStopSeconds * 1_000) / curveBins;
  const add = (bins: Uint32Array, ms: number, n = 1) => {
    const bin = Math.min(curveBins - 1, Math.max(0, Math.floor(ms / binMs)));
    bins[bin] = (bins[bin] ?? 0) + n;
  };
  const [units, came, won, waited] = [0, 1, 2, 3].map(() => new Uint32Array(curveBins)) as Four;
  for (const order of kept) add(units, order.acceptedMs, order.units);
  for (const { arrivedMs, yesMs } of buyers) {
    add(came, arrivedMs);
    if (yesMs === null) continue;
    add(won, arrivedMs);
    add(waited, yesMs - arrivedMs);
  }
  return { units, came, won, waited };
}

/** As long as the list that was mapped. */
type Four = [Uint32Array, Uint32Array, Uint32Array, Uint32Array];

export function addCurves(a: Curves, b: Curves): Curves {
  const sum = (x: Uint32Array, y: Uint32Array) => x.map((n, bin) => n + (y[bin] ?? 0));
  return {
    units: sum(a.units, b.units),
    came: sum(a.came, b.came),
    won: sum(a.won, b.won),
    waited: sum(a.waited, b.waited),
  };
}
