import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyBucket, takeFrom, waitMs } from '../../../../src/engine/domain/gcra.ts';
import { createKeyedLimiter } from '../../../../src/engine/domain/keyed-limiter.ts';

const rates = fc.record({
  ratePerSecond: fc.oneof(
    fc.double({ min: 0.01, max: 10, noNaN: true }),
    fc.integer({ min: 1, max: 1_000_000 }).map(Number),
  ),
  burst: fc.integer({ min: 1, max: 1_000 }),
});
const arrivals = fc.array(
  fc.record({ afterMs: fc.integer({ min: 0, max: 5_000 }), wanted: fc.integer({ min: 0, max: 2_000 }) }),
  {
    maxLength: 60,
  },
);
/** A wall clock of today: the arithmetic has to hold where numbers are large. */
const startMs = 1_767_225_600_000;

describe('the generic cell rate algorithm', () => {
  it('never lets through more than burst + rate * t, over any span', () => {
    fc.assert(
      fc.property(rates, arrivals, (rate, history) => {
        let bucket = emptyBucket;
        let nowMs = startMs;
        const grants: { readonly atMs: number; readonly granted: number }[] = [];
        for (const { afterMs, wanted } of history) {
          nowMs += afterMs;
          const taken = takeFrom(bucket, rate, wanted, nowMs);
          bucket = taken.bucket;
          grants.push({ atMs: nowMs, granted: taken.granted });
        }

        for (const [from, first] of grants.entries()) {
          let sum = 0;
          for (const { atMs, granted } of grants.slice(from)) {
            sum += granted;
            const allowed = rate.burst + (rate.ratePerSecond * (atMs - first.atMs)) / 1000;
            expect(sum).toBeLessThanOrEqual(allowed + 1e-6 * (1 + allowed));
          }
        }
      }),
    );
  });

  it('gives the whole rate to a crowd that always wants more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 100 }), (ratePerSecond, seconds) => {
        const rate = { ratePerSecond, burst: ratePerSecond };
        let bucket = emptyBucket;
        let granted = 0;
        for (let tick = 0; tick <= seconds * 10; tick += 1) {
          const taken = takeFrom(bucket, rate, 10 * ratePerSecond, startMs + tick * 100);
          bucket = taken.bucket;
          granted += taken.granted;
        }

        expect(granted).toBe(rate.burst + ratePerSecond * seconds);
      }),
    );
  });

  it('lets one through after exactly the wait that it named, and not a millisecond earlier', () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 1, max: 2_000 }), (rate, wanted) => {
        const { bucket } = takeFrom(emptyBucket, rate, wanted, startMs);
        const wait = waitMs(bucket, rate, startMs);

        expect(takeFrom(bucket, rate, 1, startMs + wait).granted).toBe(1);
        if (wait > 0) expect(takeFrom(bucket, rate, 1, startMs + wait - 1).granted).toBe(0);
      }),
    );
  });
});

describe('the keyed limiter', () => {
  it('decides for each key as if it were alone, as long as there is room', () => {
    const calls = fc.array(
      fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), afterMs: fc.integer({ min: 0, max: 3_000 }) }),
      { maxLength: 80 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), calls, (burst, history) => {
        const limiter = createKeyedLimiter({ ratePerSecond: 1, burst, maxKeys: 4 });
        const alone = new Map(
          ['a', 'b', 'c', 'd'].map((key) => [key, createKeyedLimiter({ ratePerSecond: 1, burst, maxKeys: 1 })]),
        );
        let nowMs = 0;
        for (const { key, afterMs } of history) {
          nowMs += afterMs;
          expect(limiter.take(key, nowMs)).toEqual(alone.get(key)?.take(key, nowMs));
        }
      }),
    );
  });

  it('never remembers more keys than its bound', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 300 }), (keys) => {
        const limiter = createKeyedLimiter({ ratePerSecond: 1, burst: 5, maxKeys: 10 });
        for (const [at, key] of keys.entries()) {
          limiter.take(String(key), at);
          expect(limiter.size).toBeLessThanOrEqual(10);
        }
      }),
    );
  });
});
