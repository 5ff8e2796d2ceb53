import type { Point, Series } from '../../plot/plot-shape.ts';
import { generatorLimits } from '../generator-watch.ts';
import type { LoadResult, ServerSample } from '../load-result.ts';
import type { RunColumn } from './run-columns.ts';
import type { RunPlot } from './traffic-plots.ts';

/** How the server did, as it says itself. None where it did not show its figures. */
export function serverPlots({ server }: LoadResult): readonly RunPlot[] {
  const line = (name: string, of: (sample: ServerSample) => number | null): Series => ({
    kind: 'line',
    name,
    points: server.map((sample): Point => [sample.atMs / 1_000, of(sample)]),
  });
  const plots: readonly RunPlot[] = [
    {
      id: 'server-cpu',
      title: 'Processor time of the server',
      description: 'Cores that the process used that answered; 1 is one core all the time.',
      unit: 'cores',
      series: [line('server', ({ cpuCores }) => cpuCores)],
      heightPixels: 120,
    },
    {
      id: 'server-queues',
      title: 'What waited in the server',
      description:
        'Requests waiting inside the server, orders in the outbox, records that the ledger did not have yet.',
      unit: 'count',
      series: [
        line('requests waiting', ({ queued }) => queued),
        line('outbox', ({ outbox }) => outbox),
        line('lag (records)', ({ lag }) => lag),
      ],
      heightPixels: 150,
    },
    {
      id: 'server-memory',
      title: 'Memory of the server',
      description: 'Resident memory of the process that answered.',
      unit: 'bytes',
      series: [line('resident', ({ rssBytes }) => rssBytes)],
      heightPixels: 120,
    },
  ];
  return plots
    .map((plot) => ({ ...plot, series: plot.series.filter(hasValue) }))
    .filter(({ series }) => series.length > 0);
}

/** Whether the generator kept up: it is measured by what it measures. */
export function generatorPlots(columns: readonly RunColumn[]): readonly RunPlot[] {
  if (columns.length === 0) return [];
  const line = (name: string, of: (column: RunColumn) => number): Series => ({
    kind: 'line',
    name,
    points: columns.map((column) => [column.atSeconds, of(column)]),
  });
  return [
    {
      id: 'generator-lag',
      title: 'How late the generator was',
      description: 'Send lag (p99 of the worst slice) and the longest delay of the event loop.',
      unit: 'milliseconds',
      scale: 'log',
      series: [
        line('send lag, p99', ({ sendLagP99Ms }) => sendLagP99Ms),
        line('event loop, max', ({ eventLoopDelayMaxMs }) => eventLoopDelayMaxMs),
      ],
      levels: [{ value: generatorLimits.lateMs, label: `counts as late: ${generatorLimits.lateMs} ms` }],
      heightPixels: 150,
    },
    {
      id: 'generator-busy',
      title: 'How busy the generator was',
      description: 'Part of the time that its busiest thread was at work; at 100 % it could not have sent more.',
      unit: 'share',
      series: [line('busy', ({ busy }) => busy)],
      levels: [{ value: generatorLimits.busy, label: `limit ${generatorLimits.busy * 100} %` }],
      heightPixels: 120,
    },
  ];
}

function hasValue({ points }: Series): boolean {
  return points.some(([, value]) => value !== null);
}
