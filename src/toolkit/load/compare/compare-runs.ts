import type { ComparedFigure, ComparedSide, Comparison } from './comparison.ts';
import { type Figure, figuresOf } from './figures.ts';
import { judgeFigure } from './judge-figure.ts';
import { type NamedRun, notesOn, obstaclesBetween } from './obstacles.ts';
import { type Draw, type DrawnRun, drawOf } from './resample.ts';
import { cellsIn } from './run-cells.ts';

/** With this many the outermost values of each interval are still several, also where a dozen figures share the confidence. */
const draws = 4_000;
/** All intervals of a comparison together are right 19 times in 20 (Bonferroni): a dozen at 95 % each would cry wolf. */
const confidenceOfAll = 0.95;

/**
 * Compares the runs of two sides, a before b: which figures differ by more than their noise and by more than `tolerance`.
 * The same runs give the same answer, in whatever order they are named. Reads no clock, no chance, no file.
 */
export function compareRuns(
  named: { readonly a: readonly NamedRun[]; readonly b: readonly NamedRun[] },
  { tolerance }: { readonly tolerance: number },
): Comparison {
  const [a, b] = [inOrder(named.a), inOrder(named.b)];
  const obstacles = obstaclesBetween([...named.a, ...named.b]);
  const figures =
    obstacles.length > 0 ? [] : figuresOf({ a: a.map(({ result }) => result), b: b.map(({ result }) => result) });
  const judged = figures.filter(({ unjudged }) => unjudged === null).length;
  const confidence = 1 - (1 - confidenceOfAll) / Math.max(1, judged);
  const compared = judgeAll(figures, { a: a.length, b: b.length }, cellsOfFirst(a), { confidence, tolerance });
  const reasons = obstacles.length > 0 ? obstacles : nothingJudged(compared);
  return {
    format: 'fluxgate-load-comparison',
    version: 1,
    title: named.a[0]?.result.title ?? '',
    a: sideOf(a),
    b: sideOf(b),
    verdict: reasons.length > 0 ? 'not_comparable' : verdictOf(compared),
    obstacles: reasons,
    notes: obstacles.length > 0 ? [] : notesOn(named.a, named.b),
    confidence,
    tolerance,
    figures: compared,
  };
}

function judgeAll(
  figures: readonly Figure[],
  runs: { readonly a: number; readonly b: number },
  cells: number,
  limits: { readonly confidence: number; readonly tolerance: number },
): readonly ComparedFigure[] {
  const differences = figures.map((): number[] => []);
  for (let n = 0; n < draws; n += 1) {
    const draw = drawOf(n, runs, cells);
    for (const [at, figure] of figures.entries()) {
      if (figure.unjudged !== null) continue;
      const difference = differenceIn(figure, draw);
      if (difference !== null) differences[at]?.push(difference);
    }
  }
  const fewest = Math.min(runs.a, runs.b);
  const units = fewest === 1 ? cells : fewest;
  const whole: Draw = { a: everyRun(runs.a, cells), b: everyRun(runs.b, cells) };
  return figures.map((figure, at) => {
    const { ofA, ofB, unjudged, ...about } = figure;
    const measured = { ...about, a: ofA(whole.a), b: ofB(whole.b) };
    return judgeFigure(measured, { unjudged, differences: differences[at] ?? [], units, ...limits });
  });
}

function differenceIn({ ofA, ofB }: Figure, { a, b }: Draw): number | null {
  const [before, after] = [ofA(a), ofB(b)];
  return before === null || after === null ? null : after - before;
}

/** Every run once, as it was. */
function everyRun(runs: number, cells: number): readonly DrawnRun[] {
  return Array.from({ length: runs }, (_, run) => ({ run, weights: new Uint32Array(cells).fill(1) }));
}

function cellsOfFirst(runs: readonly NamedRun[]): number {
  const first = runs[0];
  return first === undefined ? 0 : cellsIn(first.result);
}

/** Where every figure stands there to be seen only, nobody has compared anything. */
function nothingJudged(figures: readonly ComparedFigure[]): readonly string[] {
  return figures.every(({ finding }) => finding.kind === 'not_judged')
    ? ['no figure could be judged: take longer runs, or more of them']
    : [];
}

/** Worse in one thing and better in another is worse: whoever asked in CI has to look. */
function verdictOf(figures: readonly ComparedFigure[]): Comparison['verdict'] {
  const kinds = new Set(figures.map(({ finding }) => finding.kind));
  if (kinds.has('worse')) return 'worse';
  return kinds.has('better') ? 'better' : 'no_difference';
}

/** By what they are, so that the order in which files are named decides nothing. */
function inOrder(runs: readonly NamedRun[]): readonly NamedRun[] {
  const keyOf = ({ result }: NamedRun): string =>
    [result.startedAt, result.durationMs, result.all.histograms.latency].join(' ');
  return runs
    .map((run) => ({ run, key: keyOf(run) }))
    .sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0))
    .map(({ run }) => run);
}

function sideOf(runs: readonly NamedRun[]): ComparedSide {
  const versions = runs.flatMap(({ result }) => result.serverVersion ?? []);
  return {
    runs: runs.length,
    startedAt: runs.map(({ result }) => result.startedAt),
    serverVersions: [...new Set(versions)],
  };
}
