import { describe, expect, it } from 'vitest';
import { oneAhead } from '../../../../src/toolkit/verify/one-ahead.ts';

async function* numbers(upTo: number, asked: number[] = [], closed: string[] = []) {
  try {
    for (let n = 1; n <= upTo; n += 1) {
      asked.push(n);
      yield n;
    }
  } finally {
    closed.push('closed');
  }
}

describe('reading one ahead', () => {
  it('gives every value once, in order', async () => {
    const got: number[] = [];

    for await (const n of oneAhead(numbers(5))) got.push(n);

    expect(got).toEqual([1, 2, 3, 4, 5]);
  });

  it('asks for the next value while the present one is worked on, and for no more', async () => {
    const asked: number[] = [];
    const at: number[] = [];

    for await (const _ of oneAhead(numbers(3, asked))) {
      await new Promise(setImmediate);
      at.push(asked.length);
    }

    expect(at).toEqual([2, 3, 3]);
  });

  it('fails when the turn of the failure comes, not earlier', async () => {
    const got: number[] = [];
    async function* failing() {
      yield 1;
      throw new Error('the source broke');
    }

    const reading = (async () => {
      for await (const n of oneAhead(failing())) {
        await new Promise(setImmediate);
        got.push(n);
      }
    })();

    await expect(reading).rejects.toThrow('the source broke');
    expect(got).toEqual([1]);
  });

  it('closes the source where the reader leaves early', async () => {
    const closed: string[] = [];

    for await (const _ of oneAhead(numbers(5, [], closed))) break;

    expect(closed).toEqual(['closed']);
  });
});
