import { describe, expect, it } from 'vitest';
import { createKeyedLimiter } from '../../../../src/engine/domain/keyed-limiter.ts';

const limiterOf = (maxKeys = 100) => createKeyedLimiter({ ratePerSecond: 2, burst: 3, maxKeys });

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

  it('forgets keys that are full again as others come', () => {
    const limiter = limiterOf();
    for (let n = 0; n < 50; n += 1) limiter.take(`old ${n}`, 0);

    for (let n = 0; n < 30; n += 1) limiter.take(`new ${n}`, 60_000);

    expect(limiter.size).toBe(30);
  });

  it('remembers a key that has something left to wait for', () => {
    const limiter = limiterOf();
    for (let n = 0; n < 3; n += 1) limiter.take('ann', 0);
    for (let n = 0; n < 50; n += 1) limiter.take(`other ${n}`, 100);

    expect(limiter.take('ann', 100).allowed).toBe(false);
  });

  it('forgets the key with the oldest grant where all are in use', () => {
    const limiter = limiterOf(2);
    for (const key of ['ann', 'ann', 'ann', 'ben', 'ben', 'ben']) limiter.take(key, 0);
    limiter.take('cid', 1);

    expect(limiter.take('ben', 1).allowed).toBe(false);
    expect(limiter.size).toBe(2);
  });

  it('is not made to forget by requests that it refuses', () => {
    const limiter = limiterOf(2);
    for (const key of ['ann', 'ben', 'ben', 'ben']) limiter.take(key, 0);
    for (let n = 0; n < 10; n += 1) limiter.take('ben', 0);

    expect(limiter.size).toBe(2);
    expect(limiter.take('ann', 0).allowed).toBe(true);
    expect(limiter.take('ben', 0).allowed).toBe(false);
  });
});
