import { describe, expect, it } from 'vitest';
import { doubtsAboutRound, figuresOf, median } from '../../../../src/toolkit/bench/bench-figures.ts';
import { checkFloors, httpFloors } from '../../../../src/toolkit/bench/bench-floors.ts';
import type { BenchMeasure, BenchRound } from '../../../../src/toolkit/bench/bench-http-result.ts';
import { benchHttpText } from '../../../../src/toolkit/bench/bench-http-text.ts';

function aMeasure(perSecond: number, p99 = 2, more: Partial<BenchMeasure> = {}): BenchMeasure {
  return {
    perSecond,
    latencyMs: { n: perSecond * 3, p50: 1, p90: 1.5, p99, p999: 5, max: 9 },
    others: 0,
    cpuMicrosPerAnswer: 20,
    serverCores: 1,
    foreignCores: 0.1,
    generatorBusy: 0.5,
    ...more,
  };
}

function aRound(more: Partial<BenchRound> = {}): BenchRound {
  return {
    bare: aMeasure(50_000),
    refused: aMeasure(40_000, 4),
    accepted: aMeasure(10_000),
    lagZeroAfterSeconds: 1,
    ...more,
  };
}

describe('the figures of the bench', () => {
  it('take ratios within a round, then the median: a round on a slow machine changes nothing', () => {
    const slow = aRound({ bare: aMeasure(5_000), refused: aMeasure(4_000, 4), accepted: aMeasure(1_000) });

    const figures = figuresOf([aRound(), slow, aRound()]);

    expect(figures.refusedToBare).toBeCloseTo(0.8);
    expect(figures.acceptedToBare).toBeCloseTo(0.2);
    expect(figures.refusedP99ToBareP99).toBeCloseTo(2);
  });

  it('tell the worst lag, not the median', () => {
    expect(figuresOf([aRound(), aRound({ lagZeroAfterSeconds: 7 }), aRound()]).lagZeroAfterSeconds).toBe(7);
  });

  it('leave processor time out where the system does not say', () => {
    const silent = aMeasure(1, 1, { cpuMicrosPerAnswer: null });

    expect(figuresOf([aRound({ bare: silent })]).bareCpuMicros).toBeNull();
  });

  it('know the median of odd and even numbers', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});

describe('the promises of the bench', () => {
  const names = (rounds: readonly BenchRound[]) =>
    checkFloors(figuresOf(rounds), httpFloors)
      .filter((floor) => !floor.ok)
      .map((floor) => floor.name);

  it.each([
    ['are kept by a good run', aRound(), []],
    ['are missed by slow acceptance', aRound({ accepted: aMeasure(7_000) }), ['accepted / bare']],
    ['are missed by slow refusals', aRound({ refused: aMeasure(30_000, 4) }), ['refused / bare']],
    ['are missed by refusals with a long tail', aRound({ refused: aMeasure(40_000, 7) }), ['p99 refused / p99 bare']],
    ['are missed by a ledger that does not keep up', aRound({ lagZeroAfterSeconds: 5.1 }), ['lag 0 after load (s)']],
  ])('%s', (_name, round, missed) => {
    expect(names([round])).toEqual(missed);
  });
});

describe('the doubts about a round', () => {
  const doubts = (round: Partial<BenchRound>) =>
    doubtsAboutRound(aRound(round), { connections: 64, seconds: 3, cores: 2 });

  it('are none where the generator had time left', () => {
    expect(doubts({})).toEqual([]);
  });

  it('name a generator that could not have sent more while the server could have answered more', () => {
    expect(doubts({ bare: aMeasure(50_000, 2, { generatorBusy: 0.99, serverCores: 0.5 }) })).toEqual([
      expect.stringContaining('the generator was the bottleneck of bare'),
    ]);
    expect(doubts({ bare: aMeasure(50_000, 2, { generatorBusy: 0.99, serverCores: null }) })).toHaveLength(1);
    expect(doubts({ bare: aMeasure(50_000, 2, { generatorBusy: 0.99, serverCores: 1 }) })).toEqual([]);
  });

  it('name other processes that had a good part of the machine', () => {
    expect(doubts({ accepted: aMeasure(10_000, 2, { foreignCores: 0.39 }) })).toEqual([]);
    expect(doubts({ accepted: aMeasure(10_000, 2, { foreignCores: 0.9 }) })).toEqual([
      'other processes had 0.9 of 2 cores during accepted',
    ]);
  });

  it('name answers of another kind', () => {
    expect(doubts({ accepted: aMeasure(10_000, 2, { others: 301 }) })).toEqual([
      expect.stringContaining('301 answers'),
    ]);
    expect(doubts({ refused: aMeasure(0) })).toEqual([expect.stringContaining('hardly an answer')]);
  });
});

describe('the text of the bench', () => {
  it('shows every promise with its limit and what came out, within 80 columns', () => {
    const rounds = [aRound()];
    const figures = figuresOf(rounds);
    const machine = { cores: 2, cpu: 'a processor', node: 'v24', platform: 'linux x64' };
    const about = {
      format: 'fluxgate-bench-http',
      version: 1,
      startedAt: '',
      machine,
      connections: 64,
      seconds: 3,
    } as const;

    const text = benchHttpText({
      ...about,
      rounds,
      figures,
      floors: checkFloors(figures, httpFloors),
      doubts: ['a doubt'],
    });

    expect(text).toMatch(/accepted \/ bare +>= 0\.15 +0\.20 +ok/);
    expect(text).toMatch(/Inconclusive:\n {2}a doubt/);
    expect(text.split('\n').every((line) => line.length <= 80)).toBe(true);
  });
});
