import type { Level, Plot, Point, Series } from '../../plot/plot-shape.ts';
import type { LoadResult } from '../load-result.ts';
import { type OutcomeGroup, outcomeGroups } from './outcome-groups.ts';
import type { ColumnLatency, RunColumn } from './run-columns.ts';

export type RunPlot = Omit<Plot, 'seconds' | 'spans' | 'moments'>;

/** What buyers met: how long it took, how many came, what they heard, what was left. */
export function trafficPlots(result: LoadResult, columns: readonly RunColumn[]): readonly RunPlot[] {
  const accepted = outcomeGroups.filter(({ name }) => name === 'accepted');
  return [
    ...accepted.map((group) => latencyOf(group, result, columns)),
    latencyByOutcome(columns),
    arrivals(columns),
    answers(columns),
    stock(result),
    inFlight(columns),
  ].filter(({ series }) => series.length > 0);
}

function latencyOf(group: OutcomeGroup, { thresholds }: LoadResult, columns: readonly RunColumn[]): RunPlot {
  const line = (name: string, of: (latency: ColumnLatency) => number, more: Partial<Series> = {}): Series => ({
    kind: 'line',
    name,
    points: columns.map((column) => {
      const latency = column.latency.get(group);
      return [column.atSeconds, latency === undefined ? null : of(latency)];
    }),
    ...more,
  });
  const isThere = columns.some(({ latency }) => latency.has(group));
  const levels = thresholds.flatMap(({ name, limit }): Level[] =>
    name === `p99 of ${group.name} (ms)` ? [{ value: limit, label: `limit of p99: ${limit} ms` }] : [],
  );
  return {
    id: 'latency-accepted',
    title: 'How long accepted buyers waited',
    description: 'Median, 99th percentile and maximum of accepted orders over time, from the scheduled moment.',
    unit: 'milliseconds',
    scale: 'log',
    series: isThere
      ? [
          line('p50', ({ p50 }) => p50, { colour: 6 }),
          line('p99', ({ p99 }) => p99, { colour: 1 }),
          line('max', ({ max }) => max, { colour: 8, dashed: true }),
        ]
      : [],
    levels,
    notes: columns.map((column) => [column.atSeconds, `n: ${column.latency.get(group)?.n ?? 0}`]),
    heightPixels: 220,
  };
}

function latencyByOutcome(columns: readonly RunColumn[]): RunPlot {
  const met = outcomeGroups.filter((group) => columns.some(({ latency }) => latency.has(group)));
  // accepted orders alone stand in the plot above
  const groups = met.some(({ name }) => name !== 'accepted') ? met : [];
  return {
    id: 'latency-by-outcome',
    title: 'How long buyers waited for each answer (p99)',
    description: '99th percentile over time, a line for each kind of answer, from the scheduled moment.',
    unit: 'milliseconds',
    scale: 'log',
    series: groups.map((group) => ({
      kind: 'line',
      name: group.name,
      colour: group.colour,
      points: columns.map((column) => [column.atSeconds, column.latency.get(group)?.p99 ?? null]),
    })),
    notes: columns.map((column) => [column.atSeconds, countsText(groups, column)]),
  };
}

function countsText(groups: readonly OutcomeGroup[], { latency }: RunColumn): string {
  return groups.map((group) => `n of ${group.name}: ${latency.get(group)?.n ?? 0}`).join('\n');
}

function arrivals(columns: readonly RunColumn[]): RunPlot {
  const hasSome = (of: (column: RunColumn) => number): boolean => columns.some((column) => of(column) > 0);
  const line = (name: string, of: (column: RunColumn) => number, more: Partial<Series>): Series => ({
    kind: 'line',
    name,
    points: perSecond(columns, of),
    ...more,
  });
  return {
    id: 'arrivals',
    title: 'Who was to come, and what was sent',
    description: 'Planned arrivals, arrivals that happened, and requests that were sent, a second.',
    unit: 'perSecond',
    series: [
      line('planned arrivals', ({ planned }) => planned, { colour: 7 }),
      line('arrived', ({ arrived }) => arrived, { colour: 1, dashed: true }),
      line('requests sent', ({ sent }) => sent, { colour: 3 }),
      ...(hasSome(({ late }) => late) ? [line('sent late', ({ late }) => late, { colour: 5 })] : []),
      ...(hasSome(({ dropped }) => dropped) ? [line('dropped', ({ dropped }) => dropped, { colour: 2 })] : []),
    ],
  };
}

function answers(columns: readonly RunColumn[]): RunPlot {
  const groups = outcomeGroups.filter((group) => columns.some((column) => (column.answers.get(group) ?? 0) > 0));
  return {
    id: 'answers',
    title: 'What buyers heard',
    description: 'Answers a second by outcome, stacked.',
    unit: 'perSecond',
    series: groups.map((group) => ({
      kind: 'stack',
      name: group.name,
      colour: group.colour,
      points: perSecond(columns, ({ answers }) => answers.get(group) ?? 0),
    })),
    heightPixels: 220,
  };
}

/** Products of which the picture has a line: the palette has no more colours. */
const maxProducts = 8;

function stock({ stock: samples }: LoadResult): RunPlot {
  const products = [...new Set(samples.flatMap((sample) => sample.products.map(({ productId }) => productId)))];
  return {
    id: 'stock',
    title: 'Free units',
    description: 'Units that could still be held, as the server said.',
    unit: 'count',
    series: products.slice(0, maxProducts).map((productId) => ({
      kind: 'line',
      name: productId,
      points: samples.map(({ atMs, products: read }): Point => {
        const product = read.find((each) => each.productId === productId);
        return [atMs / 1_000, product?.free ?? null];
      }),
    })),
    heightPixels: 150,
  };
}

function inFlight(columns: readonly RunColumn[]): RunPlot {
  return {
    id: 'in-flight',
    title: 'Requests under way',
    description: 'Requests that were sent and not yet answered.',
    unit: 'count',
    series: [{ kind: 'line', name: 'under way', points: columns.map((column) => [column.atSeconds, column.inFlight]) }],
    heightPixels: 120,
  };
}

function perSecond(columns: readonly RunColumn[], of: (column: RunColumn) => number): readonly Point[] {
  return columns.map((column) => [column.atSeconds, of(column) / column.seconds]);
}
