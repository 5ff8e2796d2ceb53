import { alignedTable } from '../command/aligned-table.ts';
import type { LoadBenchResult, OpenLoopMeasure } from './bench-load-result.ts';
import { countText, timedBenchText } from './bench-text.ts';

/** What a person reads after `bench load`. */
export function benchLoadText(result: LoadBenchResult): string {
  return timedBenchText(result, {
    beside: 'the bare route on the same machine',
    how: `one generating process; ${result.connections} connections in the closed loop`,
    rounds: result.rounds.length,
    parts: [figuresTable(result), roundsTable(result)],
    notes: [
      'closed: as fast as the route answers. open: on a schedule, counted where sent in time and answered.',
      'cpu us: processor time of the generator for one request, histograms and plan included.',
    ],
  });
}

function figuresTable({ figures: f }: LoadBenchResult): string {
  const numbers = ['closed /s', 'open /s', 'ratio', 'cpu us'];
  const row = [
    countText(f.barePerSecond),
    countText(f.reachedPerSecond),
    f.reachedToBare.toFixed(2),
    f.cpuMicrosPerRequest.toFixed(1),
  ];
  return alignedTable(numbers, [row], { right: numbers });
}

function roundsTable({ rounds }: LoadBenchResult): string {
  const numbers = ['target /s', 'reached /s', 'lag p50 ms', 'lag p99 ms', 'late', 'dropped', 'busy'];
  const row = (round: number, of: OpenLoopMeasure): string[] => [
    String(round + 1),
    countText(of.targetPerSecond),
    countText(of.reachedPerSecond),
    of.sendLagMs.p50.toFixed(2),
    of.sendLagMs.p99.toFixed(2),
    countText(of.late),
    countText(of.dropped),
    `${Math.round(of.busy * 100)} %`,
  ];
  const rows = rounds.flatMap(({ half, full }, n) => [row(n, half), row(n, full)]);
  return alignedTable(['round', ...numbers], rows, { right: ['round', ...numbers] });
}
