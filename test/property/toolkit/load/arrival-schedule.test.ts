import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arrivalsOf,
  durationMsOf,
  planArrivals,
  plannedRateAt,
} from '../../../../src/toolkit/load/arrival-schedule.ts';
import type { Stage } from '../../../../src/toolkit/load/scenario.ts';

const rate = fc.double({ min: 0, max: 2_000, noNaN: true });
const forSeconds = fc.double({ min: 0.01, max: 5, noNaN: true });
const stage: fc.Arbitrary<Stage> = fc.oneof(
  fc.record({ kind: fc.constant('constant' as const), ratePerSecond: rate, forSeconds }),
  fc.record({ kind: fc.constant('ramp' as const), from: rate, to: rate, forSeconds }),
);
const stages = fc.array(stage, { minLength: 1, maxLength: 4 });
const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('the schedule of arrivals on curves', () => {
  it('has as many arrivals as the integral of the rate, to within one', () => {
    fc.assert(
      fc.property(stages, seed, (plan, withSeed) => {
        const count = planArrivals(plan, withSeed).length;
        expect(Math.abs(count - arrivalsOf(plan))).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('keeps that law at the end of every stage, not only at the end', () => {
    fc.assert(
      fc.property(stages, seed, (plan, withSeed) => {
        const moments = planArrivals(plan, withSeed);
        for (let n = 1; n <= plan.length; n += 1) {
          const done = plan.slice(0, n);
          const until = durationMsOf(done);
          // a rounding error at the very edge may put one arrival on either side
          const count = moments.filter((moment) => moment <= until + 1e-6).length;
          expect(Math.abs(count - arrivalsOf(done))).toBeLessThanOrEqual(1 + 1e-6);
        }
      }),
    );
  });

  it('is in order and inside the plan', () => {
    fc.assert(
      fc.property(stages, seed, (plan, withSeed) => {
        const moments = planArrivals(plan, withSeed);
        const end = durationMsOf(plan) + 1e-6;
        let before = 0;
        for (const moment of moments) {
          expect(moment).toBeGreaterThanOrEqual(before - 1e-6);
          expect(moment).toBeLessThanOrEqual(end);
          before = moment;
        }
      }),
    );
  });

  it('depends on the seed and on nothing else', () => {
    fc.assert(
      fc.property(stages, seed, (plan, withSeed) => {
        expect(planArrivals(plan, withSeed)).toEqual(planArrivals(plan, withSeed));
      }),
    );
    const plan: Stage[] = [{ kind: 'constant', ratePerSecond: 100, forSeconds: 1 }];
    expect(planArrivals(plan, 1)).not.toEqual(planArrivals(plan, 2));
  });
});

describe('the schedule of a Poisson process', () => {
  const poisson = (ratePerSecond: number, forSeconds: number): Stage[] => [
    { kind: 'poisson', ratePerSecond, forSeconds },
  ];

  it('has its mean on average, and the spread of independent arrivals', () => {
    const counts = Array.from({ length: 400 }, (_, n) => planArrivals(poisson(50, 2), n).length);
    const mean = counts.reduce((sum, n) => sum + n, 0) / counts.length;
    const variance = counts.reduce((sum, n) => sum + (n - mean) ** 2, 0) / (counts.length - 1);

    // of a Poisson count both are 100; over 400 fixed seeds their standard errors are 0.5 and about 7
    expect(Math.abs(mean - 100)).toBeLessThan(2);
    expect(Math.abs(variance - 100)).toBeLessThan(28);
  });

  it('has gaps of exponential length', () => {
    const moments = planArrivals(poisson(1_000, 10), 5);
    const gaps = [...moments.subarray(1)].map((moment, n) => moment - (moments[n] ?? 0)).sort((a, b) => a - b);

    // Kolmogorov and Smirnov: the largest distance between the two distributions, 1.63/sqrt(n) at the 1 % level
    const distances = gaps.map((gap, n) => Math.abs((n + 1) / gaps.length - (1 - Math.exp(-gap))));
    expect(Math.max(...distances)).toBeLessThan(1.63 / Math.sqrt(gaps.length));
  });

  it('is in order and inside its stage, whatever stands around it', () => {
    fc.assert(
      fc.property(stages, rate, forSeconds, stages, seed, (before, ratePerSecond, length, after, withSeed) => {
        const plan: Stage[] = [...before, { kind: 'poisson', ratePerSecond, forSeconds: length }, ...after];
        const moments = planArrivals(plan, withSeed);
        const end = durationMsOf(plan) + 1e-6;
        expect(moments.every((moment, n) => moment >= (moments[n - 1] ?? 0) - 1e-6 && moment <= end)).toBe(true);
        // the curves around it keep their law
        const start = durationMsOf(before);
        const onCurves = moments.filter((moment) => moment <= start || moment >= start + length * 1_000).length;
        expect(Math.abs(onCurves - arrivalsOf([...before, ...after]))).toBeLessThanOrEqual(2 + 1e-6);
      }),
    );
  });
});

describe('the schedule of a recording', () => {
  it('is the recording, from where its stage begins', () => {
    const plan: Stage[] = [
      { kind: 'constant', ratePerSecond: 0, forSeconds: 2 },
      { kind: 'replay', momentsMs: [0, 0, 10, 1_500], forSeconds: 1.501 },
    ];

    expect([...planArrivals(plan, 1)]).toEqual([2_000, 2_000, 2_010, 3_500]);
    expect(arrivalsOf(plan)).toBe(4);
    expect(plannedRateAt(plan, 2_000)).toBe(3);
  });
});
