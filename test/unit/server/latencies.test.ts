import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Latencies } from '../../../src/server/metrics/latencies.ts';

function recorded(values: readonly number[]): Latencies {
  const latencies = new Latencies();
  for (const ms of values) latencies.record(ms);
  return latencies;
}

describe('latencies', () => {
  it('are off by a sixteenth at most in any percentile', () => {
    const values = fc.array(fc.integer({ min: 0, max: 60_000_000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (micros, p) => {
        const sorted = [...micros].sort((a, b) => a - b);
        const exact = (sorted[Math.max(1, Math.ceil(p * sorted.length)) - 1] ?? 0) / 1000;

        const shown = recorded(micros.map((us) => us / 1000)).percentileMs(p);

        expect(shown).toBeGreaterThanOrEqual(exact);
        expect(shown).toBeLessThanOrEqual(exact * (1 + 1 / 16) + 0.001);
      }),
    );
  });

  it('count how many were below a power of two', () => {
    const micros = fc.array(fc.integer({ min: 0, max: 10_000_000 }), { maxLength: 100 });
    fc.assert(
      fc.property(micros, fc.integer({ min: 4, max: 23 }), (values, power) => {
        const latencies = recorded(values.map((us) => us / 1000));

        expect(latencies.countUpTo(power)).toBe(values.filter((us) => us < 2 ** power).length);
      }),
    );
  });

  it('keep the largest and the sum', () => {
    const latencies = recorded([1, 2, 250]);

    expect([latencies.count, latencies.maxMs, latencies.sumMs]).toEqual([3, 250, 253]);
  });

  it('tell the percentiles of the last ten seconds apart from those since the start', () => {
    const latencies = recorded([]);
    for (let second = 0; second < 30; second += 1) {
      for (let n = 0; n < 100; n += 1) latencies.record(second < 20 ? 500 : 2);
      latencies.tick();
    }
    latencies.record(2);

    expect(latencies.percentileMs(0.5)).toBeGreaterThan(400);
    expect(latencies.recentPercentileMs(0.99)).toBeCloseTo(2, 0);
    expect(latencies.recentCount).toBe(901); // nine whole seconds and the one that runs
  });

  it('tell of the first seconds what there is, and zero of none', () => {
    const latencies = recorded([8]);

    expect(latencies.recentPercentileMs(0.5)).toBeCloseTo(8, 0);
    expect(recorded([]).recentPercentileMs(0.5)).toBe(0);
  });

  it('tell the rate of the last ten seconds', () => {
    const latencies = recorded([]);
    for (let second = 0; second < 30; second += 1) {
      for (let n = 0; n < (second < 20 ? 100 : 5); n += 1) latencies.record(1);
      latencies.tick();
    }

    expect(latencies.ratePerSecond).toBeCloseTo(4.5, 0);
  });
});
