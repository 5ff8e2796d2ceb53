import type { HistoryOutcome } from '../../history/history-entry.ts';
import { decodeHistogram } from '../decode-histogram.ts';
import type { LoadResult, LoadSlice } from '../load-result.ts';
import { errorOutcomes, refusalOutcomes } from '../outcome-of-answer.ts';
import type { Counts } from './side-counts.ts';

/** Counts of a cell that rates are made of. */
export interface CellTraffic {
  readonly accepted: number;
  readonly refused: number;
  /** Errors and drops, as the error rate counts them. */
  readonly bad: number;
  /** Everything that was answered or dropped. */
  readonly wanted: number;
}

/** A stretch of time of one run. */
export interface Cell {
  readonly traffic: CellTraffic;
  /** Of the requests that were due in it, in milliseconds. */
  readonly latency: ReadonlyMap<HistoryOutcome, Counts>;
}

/** Long enough that a garbage collection or a checkpoint lies in one cell, not in ten. */
const wantedCellMs = 1_000;
/** Shorter runs have shorter cells: fewer cells than this know little of their own spread. */
const wantedCells = 20;
/** Longer runs have longer cells: more of them make nothing firmer that is not firm by then. */
const maxCells = 60;

/** How long the cells of a run are, in milliseconds: whole slices. The same for every run of one scenario. */
export function cellMsOf({ planMs, slices: { everyMs } }: Pick<LoadResult, 'planMs' | 'slices'>): number {
  const wanted = Math.max(planMs / maxCells, Math.min(wantedCellMs, planMs / wantedCells));
  return Math.ceil(wanted / everyMs - 1e-9) * everyMs;
}

/** How many cells the plan of a run has. */
export function cellsIn(run: Pick<LoadResult, 'planMs' | 'slices'>): number {
  return Math.max(1, Math.ceil(run.planMs / cellMsOf(run) - 1e-9));
}

/** A run cut into cells by its plan. What came after the plan's end (retries, the last answers) is in the last cell. */
export function cellsOf(run: LoadResult): readonly Cell[] {
  const slicesPerCell = Math.round(cellMsOf(run) / run.slices.everyMs);
  const cells = cellsIn(run);
  const { list } = run.slices;
  return Array.from({ length: cells }, (_, n) =>
    cellOf(list.slice(n * slicesPerCell, n === cells - 1 ? list.length : (n + 1) * slicesPerCell)),
  );
}

function cellOf(slices: readonly LoadSlice[]): Cell {
  const traffic = { accepted: 0, refused: 0, bad: 0, wanted: 0 };
  const latency = new Map<HistoryOutcome, Map<number, number>>();
  for (const slice of slices) {
    // the schema has checked both keys and values
    for (const [name, n] of Object.entries(slice.answers) as [HistoryOutcome, number][]) {
      traffic.wanted += n;
      if (name === 'accepted') traffic.accepted += n;
      if (refusalOutcomes.has(name)) traffic.refused += n;
      if (errorOutcomes.has(name)) traffic.bad += n;
    }
    traffic.bad += slice.dropped;
    traffic.wanted += slice.dropped;
    for (const [name, histogram] of Object.entries(slice.latency) as [HistoryOutcome, string][]) {
      const counts = latency.get(name) ?? new Map<number, number>();
      latency.set(name, counts);
      addCounts(counts, histogram);
    }
  }
  return { traffic, latency };
}

function addCounts(counts: Map<number, number>, histogram: string): void {
  const { recordedValuesIterator: iterator } = decodeHistogram(histogram);
  iterator.reset();
  while (iterator.hasNext()) {
    const { valueIteratedTo, countAtValueIteratedTo } = iterator.next();
    const ms = valueIteratedTo / 1_000;
    counts.set(ms, (counts.get(ms) ?? 0) + countAtValueIteratedTo);
  }
}
