import type { JsHistogram } from 'hdr-histogram-js';
import { decodeHistogram } from '../decode-histogram.ts';
import type { LoadResult, LoadSlice } from '../load-result.ts';
import { type OutcomeGroup, outcomeGroups } from './outcome-groups.ts';

/** Percentiles of one column, in milliseconds. */
export interface ColumnLatency {
  readonly n: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** A stretch of time of a run, as wide as one point of a plot. */
export interface RunColumn {
  /** Its middle. */
  readonly atSeconds: number;
  readonly seconds: number;
  readonly planned: number;
  readonly arrived: number;
  readonly sent: number;
  readonly dropped: number;
  readonly late: number;
  readonly inFlight: number;
  readonly answers: ReadonlyMap<OutcomeGroup, number>;
  /** Of the requests that were due in it; groups that had none are left out. */
  readonly latency: ReadonlyMap<OutcomeGroup, ColumnLatency>;
  /** Of the worst slice: percentiles of slices cannot be added. */
  readonly sendLagP99Ms: number;
  readonly eventLoopDelayMaxMs: number;
  readonly cpuCores: number;
  readonly busy: number;
}

/** More points than this make a picture no finer, and each of them less sure. */
const maxColumns = 120;

/** A run in columns of whole slices: counts are added, histograms merged. @throws FluxError `result_unreadable` */
export function runColumns({ slices: { everyMs, list } }: LoadResult): readonly RunColumn[] {
  const slicesPerColumn = Math.max(1, Math.ceil(list.length / maxColumns));
  const columns = Math.ceil(list.length / slicesPerColumn);
  return Array.from({ length: columns }, (_, n) => {
    const slices = list.slice(n * slicesPerColumn, (n + 1) * slicesPerColumn);
    // the last one may have fewer slices than the others
    const seconds = (everyMs * slices.length) / 1_000;
    return columnOf(slices, (everyMs * n * slicesPerColumn) / 1_000 + seconds / 2, seconds);
  });
}

function columnOf(slices: readonly LoadSlice[], atSeconds: number, seconds: number): RunColumn {
  const sum = (of: (slice: LoadSlice) => number): number => slices.reduce((total, slice) => total + of(slice), 0);
  const worst = (of: (slice: LoadSlice) => number): number =>
    slices.reduce((most, slice) => Math.max(most, of(slice)), 0);
  const latency = outcomeGroups.flatMap((group) => {
    const merged = mergedLatency(slices, group);
    return merged === null ? [] : [[group, merged] as const];
  });
  return {
    atSeconds,
    seconds,
    planned: sum(({ planned }) => planned),
    arrived: sum(({ arrived }) => arrived),
    sent: sum(({ sent }) => sent),
    dropped: sum(({ dropped }) => dropped),
    late: sum(({ late }) => late),
    inFlight: worst(({ inFlight }) => inFlight),
    answers: new Map(
      outcomeGroups.map((group) => [
        group,
        sum(({ answers }) => group.outcomes.reduce((total, outcome) => total + (answers[outcome] ?? 0), 0)),
      ]),
    ),
    latency: new Map(latency),
    sendLagP99Ms: worst(({ generator }) => generator.sendLagMs.p99),
    eventLoopDelayMaxMs: worst(({ generator }) => generator.eventLoopDelayMaxMs),
    cpuCores: sum(({ generator }) => generator.cpuCores) / Math.max(1, slices.length),
    busy: worst(({ generator }) => generator.busy),
  };
}

function mergedLatency(slices: readonly LoadSlice[], { outcomes }: OutcomeGroup): ColumnLatency | null {
  let merged: JsHistogram | null = null;
  for (const { latency } of slices) {
    for (const outcome of outcomes) {
      const text = latency[outcome];
      if (text === undefined) continue;
      const histogram = decodeHistogram(text);
      if (merged === null) merged = histogram;
      else merged.add(histogram);
    }
  }
  if (merged === null) return null;
  const whole = merged;
  const ms = (percentile: number): number => whole.getValueAtPercentile(percentile) / 1_000;
  return { n: whole.totalCount, p50: ms(50), p99: ms(99), max: ms(100) };
}
