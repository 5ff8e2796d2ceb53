import { type HistoryOutcome, historyOutcomes } from '../../history/history-entry.ts';
import type { LoadResult } from '../load-result.ts';
import type { ComparedFigure } from './comparison.ts';
import type { DrawnRun } from './resample.ts';
import { type Cell, type CellTraffic, cellsOf } from './run-cells.ts';
import { percentileOf, type SideCounts, sideCounts } from './side-counts.ts';

/** A percentile needs answers beyond it: ten above the 99th. The largest has none, and stands there to be seen. */
const percentiles = [
  { name: 'p50', part: 0.5, minAnswers: 100, whyNot: null },
  { name: 'p99', part: 0.99, minAnswers: 1_000, whyNot: null },
  { name: 'max', part: 1, minAnswers: 1, whyNot: 'a single answer' },
] as const;
/** Fewer stretches of time do not know their own spread. */
const minCells = 8;

/** One figure that both sides have: how it is computed from a draw. */
export interface Figure extends Pick<ComparedFigure, 'name' | 'outcome' | 'unit' | 'betterWhen' | 'n'> {
  /** Why no verdict rests on it, or null. */
  readonly unjudged: string | null;
  readonly ofA: (drawn: readonly DrawnRun[]) => number | null;
  readonly ofB: (drawn: readonly DrawnRun[]) => number | null;
}

/** The runs of one side, cut into cells. */
interface Side {
  readonly cells: readonly (readonly Cell[])[];
  readonly planSeconds: number;
}

/** Every figure that two sides can be compared by: latencies of each outcome that both had, goodput, refusals, errors. */
export function figuresOf(runs: {
  readonly a: readonly LoadResult[];
  readonly b: readonly LoadResult[];
}): readonly Figure[] {
  const sides = { a: cutSide(runs.a), b: cutSide(runs.b) };
  const cells = sides.a.cells[0]?.length ?? 0;
  const tooShort = cells < minCells ? `the plan has fewer than ${minCells} stretches of time` : null;
  const traffic = trafficFigures(sides, tooShort).filter(({ name, n }) => name !== 'refused' || n.a + n.b > 0);
  return [...latencyFigures(sides, tooShort), ...traffic];
}

function cutSide(runs: readonly LoadResult[]): Side {
  return { cells: runs.map(cellsOf), planSeconds: Math.max(1, runs[0]?.planMs ?? 0) / 1_000 };
}

function latencyFigures({ a, b }: { readonly a: Side; readonly b: Side }, tooShort: string | null): Figure[] {
  return historyOutcomes.flatMap((outcome) => {
    const counts = { a: countsOf(a, outcome), b: countsOf(b, outcome) };
    const n = { a: answersIn(a, outcome), b: answersIn(b, outcome) };
    // what came on one side only is told by the rates of errors and of accepted orders
    if (n.a === 0 || n.b === 0) return [];
    return percentiles.map(({ name, part, minAnswers, whyNot }): Figure => {
      const few = Math.min(n.a, n.b) < minAnswers ? `fewer than ${minAnswers.toLocaleString('en')} answers` : null;
      return {
        name: `${name} of ${outcome}`,
        outcome,
        unit: 'ms',
        betterWhen: 'lower',
        n,
        unjudged: whyNot ?? tooShort ?? few,
        ofA: (drawn) => percentileOf(counts.a, drawn, part),
        ofB: (drawn) => percentileOf(counts.b, drawn, part),
      };
    });
  });
}

function countsOf({ cells }: Side, outcome: HistoryOutcome): SideCounts {
  return sideCounts(cells.map((run) => run.map(({ latency }) => latency.get(outcome) ?? new Map())));
}

function answersIn({ cells }: Side, outcome: HistoryOutcome): number {
  let sum = 0;
  for (const { latency } of cells.flat()) for (const n of latency.get(outcome)?.values() ?? []) sum += n;
  return sum;
}

function trafficFigures({ a, b }: { readonly a: Side; readonly b: Side }, tooShort: string | null): Figure[] {
  const figure = (
    about: Pick<Figure, 'name' | 'unit' | 'betterWhen' | 'unjudged'>,
    key: keyof CellTraffic,
    of: (side: Side, drawn: readonly DrawnRun[]) => number | null,
  ): Figure => ({
    ...about,
    outcome: null,
    n: { a: countOf(a, key), b: countOf(b, key) },
    ofA: (drawn) => of(a, drawn),
    ofB: (drawn) => of(b, drawn),
  });
  const aSecond = (key: keyof CellTraffic) => (side: Side, drawn: readonly DrawnRun[]) =>
    sumOf(side, drawn, key) / Math.max(1, drawn.length) / side.planSeconds;
  const ofWanted = (side: Side, drawn: readonly DrawnRun[]): number | null => {
    const wanted = sumOf(side, drawn, 'wanted');
    return wanted === 0 ? null : sumOf(side, drawn, 'bad') / wanted;
  };
  const byRules = 'refusals follow from the stock and the rules of the sale';
  return [
    figure(
      { name: 'accepted', unit: 'per_second', betterWhen: 'higher', unjudged: tooShort },
      'accepted',
      aSecond('accepted'),
    ),
    figure(
      { name: 'refused', unit: 'per_second', betterWhen: 'lower', unjudged: byRules },
      'refused',
      aSecond('refused'),
    ),
    figure({ name: 'errors and drops', unit: 'share', betterWhen: 'lower', unjudged: tooShort }, 'bad', ofWanted),
  ];
}

function sumOf({ cells }: Side, drawn: readonly DrawnRun[], key: keyof CellTraffic): number {
  let sum = 0;
  for (const { run, weights } of drawn)
    for (const [n, { traffic }] of (cells[run] ?? []).entries()) sum += (weights[n] ?? 0) * traffic[key];
  return sum;
}

function countOf({ cells }: Side, key: keyof CellTraffic): number {
  return cells.flat().reduce((sum, { traffic }) => sum + traffic[key], 0);
}
