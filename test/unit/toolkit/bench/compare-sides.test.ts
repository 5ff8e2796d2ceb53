import { describe, expect, it } from 'vitest';
import { compareSides, type Spent } from '../../../../src/toolkit/bench/compare-sides.ts';

/** One case, one slice a round; `slice` measures. */
function comparing(slice: () => Promise<Spent>, signal?: AbortSignal) {
  const rest = { nameOf: String, seconds: 1, warmUpSeconds: 1, ordersASlice: 1, slicesARound: 1 };
  return compareSides({ ...rest, cases: ['only'], slice, signal });
}

describe('two sides that are compared', () => {
  it('are interrupted, whatever it was that the interruption broke', async () => {
    const stop = new AbortController();
    const gone = new Error('the broker does not answer');

    const compared = comparing(async () => {
      stop.abort();
      throw gone;
    }, stop.signal);

    await expect(compared).rejects.toMatchObject({ code: 'interrupted', cause: gone });
  });

  it('fail as what is measured fails where nobody interrupted', async () => {
    const gone = new Error('the broker does not answer');

    const compared = comparing(() => Promise.reject(gone), new AbortController().signal);

    await expect(compared).rejects.toBe(gone);
  });
});
