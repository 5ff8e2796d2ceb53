import { describe, expect, it } from 'vitest';
import { chanceAt } from '../../../../../src/toolkit/load/seeded-chance.ts';
import { compareVariants, fewestSales } from '../../../../../src/toolkit/simulate/policy/compare-variants.ts';
import { type Measured, measureKeys } from '../../../../../src/toolkit/simulate/policy/measures.ts';

// every key, and one of them with a value
const nothing = Object.fromEntries(measureKeys.map((key) => [key, null])) as Measured;
const soldOut = (seconds: number | null): Measured => ({ ...nothing, sellOutSeconds: seconds });

/** Crowds that differ by far more than the variants do. */
const crowdOf = (seed: number, sale: number) => 10 + 10 * chanceAt(seed, 0, sale);
const noiseOf = (seed: number, sale: number) => chanceAt(seed, 1, sale) - 0.5;
const twenty = Array.from({ length: 20 }, (_, sale) => sale);

describe('comparing variants', () => {
  it('finds a difference that is small beside the crowds, since it is taken crowd by crowd', () => {
    const first = twenty.map((sale) => soldOut(crowdOf(1, sale)));
    const second = twenty.map((sale) => soldOut(crowdOf(1, sale) + 1 + noiseOf(1, sale)));

    const { compared } = compareVariants([first, second]);

    expect(compared[0]?.sellOutSeconds.difference).toBeNull();
    expect(compared[1]?.sellOutSeconds.difference).toMatchObject({ kind: 'higher' });
    expect(compared[1]?.sellOutSeconds.difference?.mean).toBeCloseTo(1, 0);
  });

  it('calls no more than one in twenty larger than chance where nothing but chance differs', () => {
    const trials = Array.from({ length: 100 }, (_, trial) => trial);
    const alarms = trials.filter((trial) => {
      const first = twenty.map((sale) => soldOut(crowdOf(trial, sale)));
      const second = twenty.map((sale) => soldOut(crowdOf(trial, sale) + noiseOf(trial, sale)));
      return compareVariants([first, second]).compared[1]?.sellOutSeconds.difference?.kind !== 'chance';
    });

    // 5 in the mean; 12 or more come once in two hundred such tests, and these numbers are always the same
    expect(alarms.length).toBeLessThan(12);
  });

  it('asks for more of each difference where there are more of them', () => {
    const sale = soldOut(1);
    const one = compareVariants([[sale], [sale]]);
    const three = compareVariants([[sale], [sale], [sale], [sale]]);

    expect(one.confidence).toBeCloseTo(0.95, 12);
    expect(three.confidence).toBeCloseTo(1 - 0.05 / 3, 12);
  });

  it('says nothing of fewer sales than can rule chance out, and names how many do', () => {
    const few = [1, 2, 3, 4, 5];
    const { compared, confidence } = compareVariants([
      few.map((n) => soldOut(n)),
      few.map((n) => soldOut(n + 100 + n / 10)),
    ]);

    expect(compared[1]?.sellOutSeconds.difference).toMatchObject({ kind: 'too_few', mean: expect.closeTo(100.3) });
    // five heads in a row come once in sixteen throws, six once in 32
    expect(fewestSales(confidence)).toBe(6);
  });

  it('compares only sales that both variants have, and counts them', () => {
    const first = twenty.map((sale) => soldOut(sale % 2 === 0 ? 5 : null));
    const second = twenty.map(() => soldOut(6));

    const { compared } = compareVariants([first, second]);

    expect(compared[0]?.sellOutSeconds).toMatchObject({ n: 10, mean: 5 });
    expect(compared[1]?.sellOutSeconds).toMatchObject({ n: 20, pairs: 10, difference: { kind: 'higher', mean: 1 } });
    expect(compared[1]?.goodputPerSecond).toMatchObject({ n: 0, mean: null, interval: null });
  });
});
