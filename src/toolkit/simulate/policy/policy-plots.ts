import type { Plot, Point, Series } from '../../plot/plot-shape.ts';
import type { Curves } from './measure-run.ts';
import type { PolicyCurves, PolicyResult } from './policy-result.ts';

/** As many moments as can be told apart where one points at a plot. */
const pointsAPlot = 200;
/** Fewer arrivals in a stretch of time, over all sales, say nothing of a share. */
const fewestArrivals = 10;

/** What happened over time, a line each variant: mean over all sales. The same variant has the same colour in all plots. */
export function policyPlots(
  { variants }: PolicyResult,
  { binSeconds, variants: curves }: PolicyCurves,
): readonly Plot[] {
  const lines = (pointsOf: (curve: Curves, nth: number) => readonly Point[]): readonly Series[] =>
    curves.map((curve, nth) => ({
      kind: 'line',
      name: variants[nth]?.policy.name ?? '',
      points: pointsOf(curve, nth),
    }));
  const salesOf = (nth: number) => Math.max(1, variants[nth]?.sales.length ?? 1);
  const secondsTo = (of: (curve: Curves) => Uint32Array): readonly [number, number] => {
    const last = curves.reduce((most, curve) => Math.max(most, lastFilled(of(curve))), 0);
    return [0, (last + 1) * binSeconds];
  };
  const grid = (of: (curve: Curves) => Uint32Array) =>
    Math.max(1, Math.ceil(secondsTo(of)[1] / binSeconds / pointsAPlot));

  const soldGrid = grid(({ units }) => units);
  const waitGrid = grid(({ waited }) => waited);
  const cameGrid = grid(({ came }) => came) * 4;
  return [
    {
      id: 'sold',
      title: 'Units sold for good',
      description:
        'How many units had been taken by orders that stayed, over time, on average of all sales of a variant.',
      unit: 'count',
      seconds: secondsTo(({ units }) => units),
      series: lines(({ units }, nth) => summed(units, soldGrid, binSeconds).map(([x, n]) => [x, n / salesOf(nth)])),
      heightPixels: 220,
    },
    {
      id: 'waits',
      title: 'How long buyers waited for a yes',
      description: 'Of all who heard yes: which part had heard it within so long after they came.',
      unit: 'share',
      seconds: secondsTo(({ waited }) => waited),
      series: lines(({ waited }) => {
        const all = waited.reduce((sum, n) => sum + n, 0);
        return summed(waited, waitGrid, binSeconds).map(([x, n]) => [x, all === 0 ? null : n / all]);
      }),
      heightPixels: 220,
    },
    {
      id: 'won',
      title: 'Who heard yes, by when they came',
      description:
        'Of those who came in a stretch of time: which part heard yes. Strictly first come, first served is everybody, then nobody.',
      unit: 'share',
      seconds: secondsTo(({ came }) => came),
      series: lines(({ came, won }) => shares(won, came, cameGrid, binSeconds)),
      heightPixels: 220,
    },
  ];
}

function lastFilled(bins: Uint32Array): number {
  return bins.findLastIndex((n) => n > 0);
}

/** Everything up to the end of each `every`-th bin, from nothing at 0. */
function summed(bins: Uint32Array, every: number, binSeconds: number): readonly (readonly [number, number])[] {
  const points: (readonly [number, number])[] = [[0, 0]];
  let sum = 0;
  for (const [bin, n] of bins.entries()) {
    sum += n;
    if ((bin + 1) % every === 0) points.push([(bin + 1) * binSeconds, sum]);
  }
  return points;
}

function shares(part: Uint32Array, of: Uint32Array, every: number, binSeconds: number): readonly Point[] {
  const points: Point[] = [];
  for (let from = 0; from < of.length; from += every) {
    const came = total(of, from, every);
    const middle = (from + every / 2) * binSeconds;
    if (came > 0) points.push([middle, came < fewestArrivals ? null : total(part, from, every) / came]);
  }
  return points;
}

function total(bins: Uint32Array, from: number, count: number): number {
  return bins.subarray(from, from + count).reduce((sum, n) => sum + n, 0);
}
