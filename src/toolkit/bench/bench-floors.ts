import type { FloorCheck, HttpBenchFigures } from './bench-http-result.ts';

/** One number that `--check` holds us to. */
export interface BenchFloor {
  readonly name: string;
  readonly kind: FloorCheck['kind'];
  readonly limit: number;
  readonly of: (figures: HttpBenchFigures) => number;
}

/** The promises of issue 3, "Numbers". Ratios, because machines differ: both sides are measured in the same run. */
export const httpFloors: readonly BenchFloor[] = [
  { name: 'accepted / bare', kind: 'at_least', limit: 0.15, of: (figures) => figures.acceptedToBare },
  { name: 'refused / bare', kind: 'at_least', limit: 0.7, of: (figures) => figures.refusedToBare },
  { name: 'p99 refused / p99 bare', kind: 'at_most', limit: 3, of: (figures) => figures.refusedP99ToBareP99 },
  { name: 'lag 0 after load (s)', kind: 'at_most', limit: 5, of: (figures) => figures.lagZeroAfterSeconds },
];

export function checkFloors(figures: HttpBenchFigures, floors: readonly BenchFloor[] = httpFloors): FloorCheck[] {
  return floors.map(({ name, kind, limit, of }) => {
    const actual = of(figures);
    return { name, kind, limit, actual, ok: kind === 'at_least' ? actual >= limit : actual <= limit };
  });
}
