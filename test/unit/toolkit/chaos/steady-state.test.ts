import { describe, expect, it } from 'vitest';
import type { AbortGuard, SteadyProbe, Tolerance } from '../../../../src/toolkit/chaos/experiment/experiment.ts';
import { checkMoments } from '../../../../src/toolkit/chaos/experiment/probe-schema.ts';
import { AnswerWindow } from '../../../../src/toolkit/chaos/probe/answer-window.ts';
import { numberAt, stockFigure } from '../../../../src/toolkit/chaos/probe/ask-probes.ts';
import type { StatsAnswer } from '../../../../src/toolkit/chaos/probe/ask-stats.ts';
import {
  deviations,
  GuardWatch,
  isWithin,
  steadyAt,
  toleranceText,
} from '../../../../src/toolkit/chaos/probe/steady-state.ts';
import { buyersGone } from '../../../../src/toolkit/chaos/run/buyers-gone.ts';

const lag = (tolerance: Tolerance, check: readonly ('before' | 'during' | 'after')[] = checkMoments): SteadyProbe => ({
  title: 'lag',
  probe: { kind: 'lag' },
  tolerance,
  check: new Set(check),
});
const atMost = (max: number): Tolerance => ({ min: null, max });

describe('a tolerance', () => {
  it('has its bounds inside, and nobody is within one who did not answer', () => {
    const between = { min: 1, max: 2 };

    expect([0.9, 1, 2, 2.1, null].map((value) => isWithin(between, value))).toEqual([false, true, true, false, false]);
    expect([between, atMost(3), { min: 4, max: null }, { min: 5, max: 5 }].map(toleranceText)).toEqual([
      '1 to 2',
      'at most 3',
      'at least 4',
      '5',
    ]);
  });
});

describe('the steady state', () => {
  it('says what deviates, and only at the moments at which it counts', () => {
    const probes = [lag(atMost(10)), lag(atMost(0), ['after'])];
    const sample = { atMs: 0, values: [11, null] };

    expect(deviations(probes, sample, 'before')).toEqual(['lag: 11, normal is at most 10']);
    expect(deviations(probes, sample, 'after')).toEqual([
      'lag: 11, normal is at most 10',
      'lag: no answer, normal is at most 0',
    ]);
  });

  it('is back with the first of three normal samples in a row', () => {
    const samples = [0, 0, 9, 0, 0, 0, 0].map((value, n) => ({ atMs: n * 100, values: [value] }));

    expect(steadyAt([lag(atMost(1))], samples, 'after', 0)).toBe(300);
    expect(steadyAt([lag(atMost(1))], samples, 'after', 450)).toBeNull();
  });
});

describe('a guard', () => {
  const guard: AbortGuard = { title: 'lag', probe: { kind: 'lag' }, tolerance: atMost(5), crossedForMs: 200 };

  it('is crossed once it was beyond its tolerance for its time without a break', () => {
    const watch = new GuardWatch([guard]);

    const told = [9, 9, 1, 9, 9, 9].map((value, n) => watch.crossed(n * 100, [value]));

    expect(told.slice(0, 5)).toEqual([null, null, null, null, null]);
    expect(told[5]).toBe('lag: 9, allowed is at most 5');
  });
});

describe('what buyers heard', () => {
  it('is counted over the window alone', () => {
    const window = new AnswerWindow();
    expect(window.share(['accepted'], 1_000)).toBeNull();
    const tick = (elapsedMs: number, accepted: number, unknown: number, p99Ms: number | null) =>
      window.add({
        elapsedMs,
        outcomes: { accepted, unknown },
        window: { p99Ms, requestsPerSecond: 0, answersPerSecond: 0, outcomesPerSecond: {} },
      });
    tick(0, 0, 0, null);
    tick(1_000, 10, 10, 700);
    tick(2_000, 19, 11, 40);

    expect(window.share(['unknown'], 1_000)).toBeCloseTo(0.1);
    expect(window.share(['unknown'], 5_000)).toBeCloseTo(11 / 30);
    expect(window.rate(['accepted', 'unknown'], 1_000)).toBeCloseTo(10);
    expect(window.slowestMs(1_000)).toBe(40);
    expect(window.slowestMs(5_000)).toBe(700);
  });
});

describe('what buyers heard who have gone', () => {
  it('is nothing once the last of it is over a second old', () => {
    let nowMs = 0;
    const window = new AnswerWindow(() => nowMs);
    const tick = (elapsedMs: number, accepted: number) =>
      window.add({
        elapsedMs,
        outcomes: { accepted },
        window: { p99Ms: 5, requestsPerSecond: 0, answersPerSecond: 0, outcomesPerSecond: {} },
      });
    const said = () => [window.share(['accepted'], 2_000), window.rate(['accepted'], 2_000), window.slowestMs(2_000)];
    tick(0, 0);
    tick(1_000, 10);

    nowMs = 1_000;
    expect(said()).toEqual([1, 10, 5]);
    nowMs = 1_001;
    expect(said()).toEqual([null, null, null]);
  });
});

describe('an experiment whose buyers go', () => {
  const heard: SteadyProbe = {
    title: 'heard',
    probe: { kind: 'share', outcomes: ['accepted'], windowMs: 2_000 },
    tolerance: { min: 0.9, max: null },
    check: new Set(checkMoments),
  };
  const experiment = { steadyState: [heard, lag(atMost(10))] };
  const seen = { lastUndoMs: 10_000, notSteadyAfter: [], lastSample: { atMs: 12_000, values: [1, 0] } };
  const ill = { ...seen, notSteadyAfter: ['x'] };

  it('says nothing about faults that nobody was there to feel', () => {
    expect(buyersGone(experiment, { ...seen, buyersEndedMs: 8_500 })[0]).toContain('gone 1.5 s before the last undo');
    expect(buyersGone(experiment, { ...seen, buyersEndedMs: 11_000 })).toEqual([]);
    expect(buyersGone(experiment, { ...seen, buyersEndedMs: null })).toEqual([]);
  });

  it('says nothing about a recovery that only they could have seen', () => {
    const unheard = { ...ill, buyersEndedMs: 11_000, lastSample: { atMs: 40_000, values: [null, 0] } };
    const lagging = { ...unheard, lastSample: { atMs: 40_000, values: [null, 11] } };

    expect(buyersGone(experiment, unheard)[0]).toContain('gone 1.0 s after the last undo');
    expect(buyersGone(experiment, lagging)).toEqual([]);
  });
});

describe('a figure of /stats', () => {
  const stats: StatsAnswer = {
    controller: null,
    lag: null,
    sales: [
      {
        saleId: 'one',
        gate: null,
        ledger: {
          products: [
            { total: 10, held: 3, sold: 8 },
            { total: 10, held: 1, sold: 2 },
          ],
          holds: { overdue: 2 },
        },
      },
    ],
  };

  it('is that of the sale, over its products', () => {
    expect(stockFigure('oversold', stats, 'one')).toBe(1);
    expect(stockFigure('sold', stats, 'one')).toBe(10);
    expect(stockFigure('overdue', stats, 'one')).toBe(2);
  });

  it('is nothing where the gate is away or the sale is not there', () => {
    expect(stockFigure('free', stats, 'one')).toBeNull();
    expect(stockFigure('sold', stats, 'other')).toBeNull();
  });

  it('is found at its path, also where it travels as text', () => {
    expect(numberAt({ lag: [{ lag: '12' }] }, 'lag.0.lag')).toBe(12);
    expect(numberAt({ queues: { waiting: 3 } }, 'queues.waiting')).toBe(3);
    expect(numberAt({ queues: {} }, 'queues.waiting.none')).toBeNull();
  });
});
