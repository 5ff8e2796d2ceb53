import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../../../src/toolkit/load/compare/compare-runs.ts';
import { intervalOf } from '../../../../src/toolkit/load/compare/resample.ts';
import { percentileOf, sideCounts } from '../../../../src/toolkit/load/compare/side-counts.ts';
import { aMeasuredRun } from '../../../unit/toolkit/load/a-measured-run.ts';

const tolerance = 0.05;
const noise = fc.integer({ min: 1, max: 100_000 });
/** Each comparison draws thousands of times. */
const runs = { numRuns: 4 };

/** A run that is quick to make: ten seconds, 20 answers a slice. */
function quick(of: number, more: { readonly ms?: number; readonly runSpread?: number } = {}) {
  return { name: `run-${of}.json`, result: aMeasuredRun({ noise: of, seconds: 10, perSlice: 20, ...more }) };
}

describe('a comparison of runs', { timeout: 60_000 }, () => {
  it('finds no difference between a run and itself', () => {
    fc.assert(
      fc.property(noise, (of) => {
        const { verdict, figures } = compareRuns({ a: [quick(of)], b: [quick(of)] }, { tolerance: 0 });

        expect(verdict).toBe('no_difference');
        for (const { difference } of figures) expect(difference).toBe(0);
      }),
      runs,
    );
  });

  it('finds a shift that is larger than the spread, and on which side it is', () => {
    fc.assert(
      fc.property(noise, fc.double({ min: 1.6, max: 4, noNaN: true }), (of, factor) => {
        const [quicker, slower] = [quick(of), quick(of + 1, { ms: 10 * factor })];

        expect(compareRuns({ a: [quicker], b: [slower] }, { tolerance }).verdict).toBe('worse');
        expect(compareRuns({ a: [slower], b: [quicker] }, { tolerance }).verdict).toBe('better');
      }),
      runs,
    );
  });

  it('does not take for a difference what lies within the spread between runs of one side', () => {
    // each side has a slow run and a quick one of the same kind: single runs of them would differ by a half
    const spread = (of: number) => [quick(of, { ms: 8 }), quick(of + 1, { ms: 12 }), quick(of + 2, { ms: 10 })];
    fc.assert(
      fc.property(noise, (of) => {
        const { verdict } = compareRuns({ a: spread(of), b: spread(of + 10) }, { tolerance: 0 });

        expect(verdict).toBe('no_difference');
      }),
      runs,
    );
  });

  it('does not depend on the order in which the runs of a side are named', () => {
    fc.assert(
      fc.property(noise, fc.integer({ min: 1, max: 5 }), (of, turn) => {
        const [a, b] = [
          [1, 2, 3],
          [4, 5, 6],
        ].map((side) => side.map((n) => quick(of + n, { runSpread: 0.2 })));
        const turned = (side: typeof a = []) => [...side.slice(turn % 3), ...side.slice(0, turn % 3)];

        const once = compareRuns({ a: a ?? [], b: b ?? [] }, { tolerance });
        const again = compareRuns({ a: turned(a), b: turned(b) }, { tolerance });

        expect(again).toEqual(once);
      }),
      { numRuns: 2 },
    );
  });
});

describe('an interval', () => {
  const differences = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 40, maxLength: 200 });

  it('is wider where more confidence is asked for, and where it rests on fewer runs', () => {
    fc.assert(
      fc.property(differences, fc.integer({ min: 2, max: 20 }), (several, units) => {
        const measured = [...several].sort((x, y) => x - y)[several.length >> 1] ?? 0;
        const width = (confidence: number, of: number): number => {
          const interval = intervalOf(several, { measured, units: of, confidence });
          return interval === null ? Number.POSITIVE_INFINITY : interval.high - interval.low;
        };

        expect(width(0.95, units)).toBeGreaterThanOrEqual(width(0.8, units) - 1e-6);
        expect(width(0.8, units)).toBeGreaterThanOrEqual(width(0.8, units + 1) - 1e-6);
      }),
    );
  });

  it('is not told where there are too few draws for the confidence', () => {
    expect(intervalOf([1, 2, 3], { measured: 2, units: 5, confidence: 0.99 })).toBeNull();
    expect(intervalOf([1, 2, 3, 4, 5, 6], { measured: 3, units: 1, confidence: 0.5 })).toBeNull();
  });
});

it('a percentile of drawn cells is that of all their values in one row', () => {
  const cell = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 });
  const weighted = fc.array(fc.record({ values: cell, weight: fc.integer({ min: 0, max: 4 }) }), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(weighted, fc.double({ min: 0.01, max: 1, noNaN: true }), (cells, part) => {
      const counted = cells.map(({ values }) => {
        const counts = new Map<number, number>();
        for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
        return counts;
      });
      const row = cells.flatMap(({ values, weight }) => Array.from({ length: weight }, () => values).flat());
      const sorted = row.sort((x, y) => x - y);
      const expected = sorted[Math.max(1, Math.ceil(part * sorted.length)) - 1] ?? null;

      const drawn = [{ run: 0, weights: Uint32Array.from(cells, ({ weight }) => weight) }];

      expect(percentileOf(sideCounts([counted]), drawn, part)).toBe(expected);
    }),
  );
});
