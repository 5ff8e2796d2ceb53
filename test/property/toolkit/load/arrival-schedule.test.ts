import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrivalsOf, durationMsOf, planArrivals } from '../../../../src/toolkit/load/arrival-schedule.ts';
import type { Stage } from '../../../../src/toolkit/load/scenario.ts';

const rate = fc.double({ min: 0, max: 2_000, noNaN: true });
const forSeconds = fc.double({ min: 0.01, max: 5, noNaN: true });
const stage: fc.Arbitrary<Stage> = fc.oneof(
  fc.record({ kind: fc.constant('constant' as const), ratePerSecond: rate, forSeconds }),
  fc.record({ kind: fc.constant('ramp' as const), from: rate, to: rate, forSeconds }),
);
const stages = fc.array(stage, { minLength: 1, maxLength: 4 });
const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('the schedule of arrivals', () => {
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
