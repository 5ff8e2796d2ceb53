import { describe, expect, it } from 'vitest';
import { createKeyedLimiter } from '../../../../src/engine/domain/keyed-limiter.ts';

const limiterOf = () => createKeyedLimiter({ ratePerSecond: 2, burst: 3, cells: 4_096, seed: 1 });

describe('the keyed limiter', () => {
  it('refuses a key after its burst and says when to come again', () => {
    const limiter = limiterOf();

    const verdicts = [1, 2, 3, 4].map(() => limiter.take('ann', 0));

    expect(verdicts.map((verdict) => verdict.allowed)).toEqual([true, true, true, false]);
    expect(verdicts[3]).toEqual({ allowed: false, retryAfterMs: 500 });
    expect(limiter.take('ann', 499).allowed).toBe(false);
    expect(limiter.take('ann', 500).allowed).toBe(true);
  });

  it('leaves other keys alone', () => {
    const limiter = limiterOf();
    for (let n = 0; n < 9; n += 1) limiter.take('ann', 0);

    expect(limiter.take('ben', 0).allowed).toBe(true);
  });

  it('remembers a key that has something left to wait for', () => {
    const limiter = limiterOf();
    for (let n = 0; n < 3; n += 1) limiter.take('ann', 0);
    for (let n = 0; n < 50; n += 1) limiter.take(`other ${n}`, 100);

    expect(limiter.take('ann', 100).allowed).toBe(false);
  });

  it('charges nothing for requests that it refuses', () => {
    const limiter = limiterOf();
    for (let n = 0; n < 100; n += 1) limiter.take('ann', 0);

    expect(limiter.take('ann', 500).allowed).toBe(true);
  });

  it('refuses next to nobody of a crowd that it has room for', () => {
    const limiter = createKeyedLimiter({ ratePerSecond: 2, burst: 3, cells: 65_536, seed: 1 });
    let refused = 0;
    for (let n = 0; n < 20_000; n += 1) if (!limiter.take(`user-${n}`, 0).allowed) refused += 1;

    expect(refused).toBeLessThan(20);
  });

  it('puts other keys together with another seed', () => {
    const crowded = (seed: number) => {
      const limiter = createKeyedLimiter({ ratePerSecond: 2, burst: 1, cells: 16, seed });
      return Array.from({ length: 60 }, (_, n) => limiter.take(`user-${n}`, 0).allowed).join();
    };

    expect(crowded(1)).not.toBe(crowded(2));
  });
});
