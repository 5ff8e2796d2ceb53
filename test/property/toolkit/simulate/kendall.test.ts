import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { highestTauB, kendallTauB } from '../../../../src/toolkit/simulate/policy/kendall.ts';

/** By its definition: every pair of things is looked at. */
function byDefinition(x: readonly number[], y: readonly number[]): number | null {
  let [agree, disagree, untiedX, untiedY] = [0, 0, 0, 0];
  for (let a = 0; a < x.length; a += 1) {
    for (let b = 0; b < a; b += 1) {
      const inX = orderOf(x[a], x[b]);
      const inY = orderOf(y[a], y[b]);
      if (inX !== 0) untiedX += 1;
      if (inY !== 0) untiedY += 1;
      if (inX * inY > 0) agree += 1;
      if (inX * inY < 0) disagree += 1;
    }
  }
  const largest = Math.sqrt(untiedX) * Math.sqrt(untiedY);
  return largest === 0 ? null : (agree - disagree) / largest;
}

const orderOf = (a = 0, b = 0) => (a < b ? -1 : a > b ? 1 : 0);

/** Few values, so that most things tie, or many; and those who never win. */
const value = fc.oneof(
  fc.integer({ min: 0, max: 4 }),
  fc.double({ noNaN: true }),
  fc.constant(Number.POSITIVE_INFINITY),
);
const things = fc.array(fc.tuple(value, value), { maxLength: 60 });

describe("Kendall's tau-b", () => {
  it('is what its definition says, ties or not', () => {
    fc.assert(
      fc.property(things, (pairs) => {
        const [x, y] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
        const quick = kendallTauB(Float64Array.from(x), Float64Array.from(y));
        const slow = byDefinition(x, y);

        if (slow === null) expect(quick).toBeNull();
        else expect(quick).toBeCloseTo(slow, 12);
      }),
    );
  });

  it('is the same whichever ranking stands first, and turns round with one of them', () => {
    fc.assert(
      fc.property(things, (pairs) => {
        const x = Float64Array.from(pairs, ([a]) => a);
        const y = Float64Array.from(pairs, ([, b]) => b);
        const tau = kendallTauB(x, y);

        expect(kendallTauB(y, x) ?? 0).toBeCloseTo(tau ?? 0, 12);
        expect(
          kendallTauB(
            x.map((each) => -each),
            y,
          ) ?? 0,
        ).toBeCloseTo(-(tau ?? 0), 12);
      }),
    );
  });

  it('is highest where the first to come are the ones who win, in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.integer({ min: 0, max: 60 }), (n, wanted) => {
        const winners = Math.min(n, wanted);
        const came = Float64Array.from({ length: n }, (_, nth) => nth);
        const won = came.map((nth) => (nth < winners ? nth : Number.POSITIVE_INFINITY));
        const tau = kendallTauB(came, won);

        if (tau === null) expect(winners).toBe(0);
        else expect(highestTauB(n, winners)).toBeCloseTo(tau, 12);
      }),
    );
  });
});
