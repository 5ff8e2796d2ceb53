import { alignedTable } from '../command/aligned-table.ts';
import type { HttpBenchFigures } from './bench-http-result.ts';
import { countText } from './bench-text.ts';

/** The three kinds of answers that a server was asked for, a row each. */
export function answersTable(f: HttpBenchFigures): string {
  const numbers = ['per second', 'to bare', 'p50 ms', 'p99 ms', 'cpu us'];
  const rows = [
    ['bare route', f.barePerSecond, 1, f.bareP50Ms, f.bareP99Ms, f.bareCpuMicros] as const,
    ['refused', f.refusedPerSecond, f.refusedToBare, f.refusedP50Ms, f.refusedP99Ms, f.refusedCpuMicros] as const,
    ['accepted', f.acceptedPerSecond, f.acceptedToBare, f.acceptedP50Ms, f.acceptedP99Ms, f.acceptedCpuMicros] as const,
  ].map(([name, perSecond, toBare, p50, p99, micros]) => [
    name,
    countText(perSecond),
    toBare.toFixed(2),
    p50.toFixed(2),
    p99.toFixed(2),
    micros === null ? '-' : micros.toFixed(1),
  ]);
  return alignedTable(['answers', ...numbers], rows, { right: numbers });
}
