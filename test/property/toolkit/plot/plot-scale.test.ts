import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../../../src/toolkit/plot/plot-frame.ts';
import { linearScale, logScale, type Scale, timeScale } from '../../../../src/toolkit/plot/plot-scale.ts';

const values = fc.array(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 30 });
const [bottom, top] = [300, 100];

function expectInside(scale: Scale, several: readonly number[]): void {
  for (const value of several) {
    expect(scale.at(value)).toBeLessThanOrEqual(bottom + 1e-6);
    expect(scale.at(value)).toBeGreaterThanOrEqual(top - 1e-6);
  }
}

function expectRisingTicks({ ticks, at }: Scale): void {
  expect(ticks.length).toBeGreaterThanOrEqual(2);
  expect(ticks.length).toBeLessThanOrEqual(20);
  expect(new Set(ticks.map(({ text }) => text)).size).toBe(ticks.length);
  expectInside(
    { ticks, at },
    ticks.map(({ value }) => value),
  );
}

describe('an axis of values', () => {
  it.each([
    ['linear', linearScale],
    ['logarithmic', logScale],
  ] as const)('has room for all of them, keeps their order, and names no tick twice: %s', (_name, scaleFor) => {
    fc.assert(
      fc.property(values, (several) => {
        const scale = scaleFor('milliseconds', several, [bottom, top]);
        const sorted = [...several].sort((a, b) => a - b);

        expectInside(scale, several);
        expectRisingTicks(scale);
        for (const [n, value] of sorted.slice(1).entries()) {
          expect(scale.at(value)).toBeLessThanOrEqual(scale.at(sorted[n] ?? 0) + 1e-6);
        }
      }),
    );
  });

  it('begins at 0, and has whole ticks where things are counted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (most) => {
        const { ticks } = linearScale('count', [most], [bottom, top]);

        expect(ticks[0]?.value).toBe(0);
        expect(ticks.every(({ value }) => Number.isInteger(value))).toBe(true);
      }),
    );
  });

  it('puts 0 at the lower end where it is logarithmic', () => {
    expect(logScale('milliseconds', [0, 3, 40], [bottom, top]).at(0)).toBe(bottom);
  });
});

it('an axis of time has a tick for about 90 pixels, in seconds, minutes or hours', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 86_400, noNaN: true }), (to) => {
      const { ticks } = timeScale([0, to], [72, 936]);

      expect(ticks.length).toBeGreaterThanOrEqual(5);
      expect(ticks.length).toBeLessThanOrEqual(20);
      expect(ticks.every(({ text }) => / (s|min|h)$/.test(text))).toBe(true);
      expect(new Set(ticks.map(({ text }) => text)).size).toBe(ticks.length);
    }),
  );
});

it('labels in one row never lie on each other', () => {
  const extents = fc.array(
    fc.record({ from: fc.integer({ min: 0, max: 900 }), width: fc.integer({ min: 1, max: 300 }) }),
  );
  fc.assert(
    fc.property(extents, (several) => {
      const placed = several.map(({ from, width }) => ({ from, to: from + width })).sort((a, b) => a.from - b.from);
      const rows = rowsOf(placed);

      for (const [n, one] of placed.entries()) {
        for (const [m, other] of placed.entries()) {
          if (n < m && rows[n] === rows[m]) expect(other.from).toBeGreaterThanOrEqual(one.to);
        }
      }
    }),
  );
});
