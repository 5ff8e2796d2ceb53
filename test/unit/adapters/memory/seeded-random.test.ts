import { describe, expect, it } from 'vitest';
import { createSeededIds, createSeededRandom } from '../../../../src/adapters/memory/seeded-random.ts';

const draw = (seed: number) => {
  const random = createSeededRandom(seed);
  return [
    random.hex(16),
    random.fraction(),
    random.uint32(),
    random.between(1, 1_000),
    createSeededIds(random).serverId(),
  ];
};

describe('seeded random', () => {
  it('comes out the same for the same seed and differently for another', () => {
    expect(draw(42)).toEqual(draw(42));
    expect(draw(42)).not.toEqual(draw(43));
    expect(draw(1)).not.toEqual(draw(1 + 2 ** 32));
  });

  it('gives hex of the length that was asked for', () => {
    const random = createSeededRandom(1);
    for (const bytes of [1, 4, 5, 16, 32]) expect(random.hex(bytes)).toMatch(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));
  });

  it('stays in [0, 1) and fills it evenly', () => {
    const random = createSeededRandom(7);
    const tenths = new Array<number>(10).fill(0);
    for (let n = 0; n < 10_000; n += 1) {
      const at = Math.floor(random.fraction() * 10);
      tenths[at] = (tenths[at] ?? Number.NaN) + 1;
    }

    // Six standard deviations of 10,000 draws: the same ones each time.
    for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(180);
  });

  it('reaches both ends of a range and nothing beyond', () => {
    const random = createSeededRandom(3);
    const seen = new Set(Array.from({ length: 500 }, () => random.between(-1, 2)));

    expect([...seen].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2]);
  });
});
