import { describe, expect, it } from 'vitest';
import { bestKept, nextStep, type RateProbe, type RateSearch } from '../../../../src/toolkit/load/search-max-rate.ts';

const range: RateSearch = { fromPerSecond: 100, toPerSecond: 10_000, confirmations: 3 };

/** Searches against a server of which `outcomeAt` says what it does, and gives back every probe and the end. */
function searched(outcomeAt: (rate: number, purpose: RateProbe['purpose']) => RateProbe['outcome'], search = range) {
  const probes: RateProbe[] = [];
  for (let n = 0; n < 100; n += 1) {
    const step = nextStep(probes, search);
    if (step.kind !== 'probe') return { end: step, probes };
    const { ratePerSecond, purpose } = step;
    probes.push({ ratePerSecond, purpose, outcome: outcomeAt(ratePerSecond, purpose) });
  }
  throw new Error('the search does not end');
}

describe('the search for the highest rate', () => {
  it.each([100, 137, 800, 1_900, 9_999])(
    'finds %d within a tenth, never above, and confirms it three times',
    (limit) => {
      const { end, probes } = searched((rate) => (rate <= limit ? 'kept' : 'failed'));

      expect(end).toMatchObject({ kind: 'found', limitedBy: 'thresholds' });
      const found = end.kind === 'found' ? end.ratePerSecond : 0;
      expect(found).toBeLessThanOrEqual(limit);
      expect(found).toBeGreaterThan(limit / 1.12);
      const confirmed = probes.filter(({ purpose }) => purpose === 'confirm');
      expect(confirmed.map(({ ratePerSecond }) => ratePerSecond)).toEqual([found, found, found]);
      expect(probes.length).toBeLessThan(20);
    },
  );

  it('goes below a rate that fails its confirmation, however well it searched', () => {
    const { end } = searched((rate, purpose) =>
      rate <= 1_000 || (rate <= 2_000 && purpose === 'search') ? 'kept' : 'failed',
    );

    expect(end).toMatchObject({ kind: 'found', limitedBy: 'thresholds' });
    expect(end.kind === 'found' ? end.ratePerSecond : 0).toBeLessThanOrEqual(1_000);
  });

  it('names the generator where that was the limit, and the range where nothing was', () => {
    expect(searched((rate) => (rate <= 500 ? 'kept' : 'generator')).end).toMatchObject({ limitedBy: 'generator' });
    expect(searched(() => 'kept').end).toEqual({ kind: 'found', ratePerSecond: 10_000, limitedBy: 'range' });
  });

  it('tries a rate again at which the generator fell behind once', () => {
    let stumbled = false;
    const { end, probes } = searched((rate, purpose) => {
      if (rate > 1_000) return 'failed';
      if (stumbled || purpose === 'search') return 'kept';
      stumbled = true;
      return 'generator';
    });

    expect(end).toMatchObject({ kind: 'found', limitedBy: 'thresholds' });
    const confirmed = probes.filter(({ purpose }) => purpose === 'confirm');
    expect(new Set(confirmed.map(({ ratePerSecond }) => ratePerSecond)).size).toBe(1);
    expect(confirmed.map(({ outcome }) => outcome)).toEqual(['generator', 'kept', 'kept', 'kept']);
  });

  it('finds nothing where the lowest rate is not kept', () => {
    expect(searched(() => 'failed').end).toEqual({ kind: 'none', limitedBy: 'thresholds' });
    expect(searched(() => 'generator').end).toEqual({ kind: 'none', limitedBy: 'generator' });
  });

  it('ends in a range of one rate', () => {
    const one = { fromPerSecond: 1, toPerSecond: 1, confirmations: 1 };

    expect(searched(() => 'kept', one).probes).toHaveLength(2);
  });

  it('takes no rate for kept that lies above one that was not', () => {
    const probes: RateProbe[] = [
      { ratePerSecond: 100, purpose: 'search', outcome: 'kept' },
      { ratePerSecond: 400, purpose: 'search', outcome: 'kept' },
      { ratePerSecond: 200, purpose: 'confirm', outcome: 'failed' },
    ];

    expect(bestKept(probes)).toBe(100);
  });
});
