import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bucket, emptyBucket, takeFrom } from '../../../../src/engine/domain/gcra.ts';
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
});

describe('the keyed limiter', () => {
  const keys = ['a', 'b', 'c', 'd'] as const;
  const calls = fc.array(fc.record({ key: fc.constantFrom(...keys), afterMs: fc.integer({ min: 0, max: 3_000 }) }), {
    maxLength: 80,
  });
  const rate = { ratePerSecond: 1 } as const;

  it('decides for each key as its bucket alone would, as long as there is room', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), calls, (burst, history) => {
        const limiter = createKeyedLimiter({ ...rate, burst, cells: 4_096, seed: 7 });
        const alone = new Map<string, Bucket>();
        let nowMs = 0;
        for (const { key, afterMs } of history) {
          nowMs += afterMs;
          const bucket = alone.get(key) ?? emptyBucket;
          const { granted, bucket: after } = takeFrom(bucket, { ...rate, burst }, 1, nowMs);
          alone.set(key, after);
          expect(limiter.take(key, nowMs).allowed).toBe(granted === 1);
        }
      }),
    );
  });

  it('gives no key more than its bucket alone would, however full it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), calls, fc.integer(), (burst, history, seed) => {
        const limiter = createKeyedLimiter({ ...rate, burst, cells: 2, seed });
        const got = new Map<string, number>();
        let nowMs = 0;
        for (const { key, afterMs } of history) {
          nowMs += afterMs;
          if (limiter.take(key, nowMs).allowed) got.set(key, (got.get(key) ?? 0) + 1);
          expect(got.get(key) ?? 0).toBeLessThanOrEqual(burst + Math.floor(nowMs / 1_000 + 1e-6));
        }
      }),
    );
  });

  it('says exactly when to come again', () => {
    const busy = fc.record({ ratePerSecond: fc.integer({ min: 1, max: 999 }), burst: fc.integer({ min: 1, max: 20 }) });
    fc.assert(
      fc.property(busy, fc.integer({ min: 0, max: 1_000 }), (limit, startMs) => {
        const used = () => {
          const limiter = createKeyedLimiter({ ...limit, cells: 64, seed: 1 });
          for (let n = 0; n < limit.burst; n += 1) limiter.take('ann', startMs);
          return limiter;
        };
        const { retryAfterMs } = used().take('ann', startMs);

        expect(retryAfterMs).toBeGreaterThan(0);
        expect(used().take('ann', startMs + retryAfterMs).allowed).toBe(true);
        expect(used().take('ann', startMs + retryAfterMs - 1).allowed).toBe(false);
      }),
    );
  });
});
