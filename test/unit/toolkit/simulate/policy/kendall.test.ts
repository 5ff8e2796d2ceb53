import { describe, expect, it } from 'vitest';
import { highestTauB, kendallTauB } from '../../../../../src/toolkit/simulate/policy/kendall.ts';

const of = (...values: number[]) => Float64Array.from(values);

describe("Kendall's tau-b", () => {
  it('is 1 for the same order, -1 for the opposite, 0 for an even mixture', () => {
    expect(kendallTauB(of(1, 2, 3, 4), of(10, 20, 30, 40))).toBe(1);
    expect(kendallTauB(of(1, 2, 3, 4), of(4, 3, 2, 1))).toBe(-1);
    expect(kendallTauB(of(1, 2, 3, 4), of(2, 4, 1, 3))).toBe(0);
  });

  it('takes ties out: 11 pairs agree and 1 does not, 13 and 14 of 15 are no ties', () => {
    const tau = kendallTauB(of(1, 2, 2, 3, 4, 5), of(1, 3, 2, 2, 4, 4));

    // pairs that tie: (2,2) in x; (3 and 4th), (5 and 6th) in y
    expect(tau).toBeCloseTo(10 / Math.sqrt(14 * 13), 12);
  });

  it('is not defined of one thing, of none, or where all are equal', () => {
    expect(kendallTauB(of(), of())).toBeNull();
    expect(kendallTauB(of(1), of(1))).toBeNull();
    expect(kendallTauB(of(1, 2, 3), of(7, 7, 7))).toBeNull();
  });

  it('takes a large crowd: 200,000 in order, and nothing overflows', () => {
    const many = Float64Array.from({ length: 200_000 }, (_, nth) => nth);

    expect(kendallTauB(many, many)).toBeCloseTo(1, 12);
    expect(kendallTauB(many, many.toReversed())).toBeCloseTo(-1, 12);
  });

  it('has a highest value below 1 where most win nothing', () => {
    expect(highestTauB(3_000, 800)).toBeCloseTo(0.68, 2);
    expect(highestTauB(10, 10)).toBe(1);
    expect(highestTauB(10, 0)).toBeNull();
  });
});
