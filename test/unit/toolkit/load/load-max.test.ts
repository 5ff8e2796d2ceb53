import { describe, expect, it } from 'vitest';
import { judgeProbe, type LoadMaxResult, type MaxProbe } from '../../../../src/toolkit/load/load-max.ts';
import { loadMaxText } from '../../../../src/toolkit/load/load-max-text.ts';
import { aLoadResult } from './a-load-result.ts';

const check = { name: 'p99 of accepted (ms)', limit: 5, ok: false, needsHonestGenerator: true };

function aMax(more: Partial<LoadMaxResult> = {}): LoadMaxResult {
  const probe: MaxProbe = {
    ...{ ratePerSecond: 400, purpose: 'search', outcome: 'failed', why: ['p99 of accepted (ms): 9, limit 5'] },
    ...{ acceptedPerSecond: 10, refusalsPerSecond: 300, p99Ms: 9, sendLagP99Ms: 1 },
  };
  return {
    ...{ format: 'fluxgate-load-max', version: 1, title: 'A sale', target: 'http://127.0.0.1:1', sharedMachine: true },
    ...{ maxPerSecond: 380, limitedBy: 'thresholds', bestKeptPerSecond: 380, requests: 9_000, tookSeconds: 40 },
    leftOut: [],
    closedLoop: {
      ...{ tool: 'autocannon', connections: 64, requests: 5_000, answersPerSecond: 1_000 },
      ...{ acceptedPerSecond: 100, refusalsPerSecond: 900, errors: 0, serviceMs: { p50: 1, p99: 2, max: 3 } },
    },
    probes: [probe],
    ...more,
  };
}

describe('one rate of load max', () => {
  it('is kept where every threshold holds, those on answers that never came left out', () => {
    const thresholds = [
      { ...check, actual: 4, ok: true },
      { ...check, actual: null },
    ];

    expect(judgeProbe(aLoadResult({ thresholds })).outcome).toBe('kept');
  });

  it('fails by a threshold, and by a doubt about the server', () => {
    expect(judgeProbe(aLoadResult({ thresholds: [{ ...check, actual: 9 }] }))).toMatchObject({
      outcome: 'failed',
      why: ['p99 of accepted (ms): 9, limit 5'],
    });
    expect(judgeProbe(aLoadResult({ doubts: ['the server gave no definite answer at all'] })).outcome).toBe('failed');
  });

  it('is unknown where the hard stop came and no threshold was missed', () => {
    const doubts = ['the hard stop came before the last answer'];
    const stopped = { ended: 'hard_stop', doubts } as const;

    expect(judgeProbe(aLoadResult({ ...stopped, thresholds: [{ ...check, actual: 4, ok: true }] }))).toMatchObject({
      outcome: 'unknown',
      why: doubts,
    });
    expect(judgeProbe(aLoadResult({ ...stopped, thresholds: [{ ...check, actual: 9 }] })).outcome).toBe('failed');
  });

  it("is unknown where not one threshold was measured: drops are the generator's", () => {
    const dropped = { name: 'dropped requests', limit: 0, actual: 0, ok: true, needsHonestGenerator: true };

    expect(judgeProbe(aLoadResult({ thresholds: [dropped, { ...check, actual: null }] }))).toMatchObject({
      outcome: 'unknown',
      why: ['no threshold was measured (p99 of accepted (ms))'],
    });
  });

  it('is unknown where the generator fell behind, whatever the thresholds say', () => {
    const { generator } = aLoadResult();
    const behind = aLoadResult({
      generator: { ...generator, bottleneck: ['late'] },
      doubts: ['late'],
      thresholds: [{ ...check, actual: 9 }],
    });

    expect(judgeProbe(behind)).toMatchObject({ outcome: 'generator', why: ['late'] });
  });
});

describe('what load max says', () => {
  it('labels the closed loop, keeps accepted and refused apart and says what a rate missed', () => {
    const text = loadMaxText(aMax());

    expect(text).toContain('Closed loop (autocannon), not what buyers wait');
    expect(text).toContain('accepted 100/s, refused 900/s');
    expect(text).toContain('At 400: p99 of accepted (ms): 9, limit 5');
    expect(text).toContain('Maximum: 380 buyers/s');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it.each([
    [{ limitedBy: 'range' }, 'raise --to'],
    [{ limitedBy: 'generator' }, '--generators 2'],
    [{ limitedBy: 'unknown' }, 'a later hardStopSeconds'],
    [{ leftOut: ['goodput (accepted/s)'] }, 'Left out: goodput (accepted/s), which no low rate reaches'],
    [{ maxPerSecond: null }, 'lower --from'],
    [{ maxPerSecond: null, limitedBy: 'generator' }, 'Inconclusive'],
    [{ maxPerSecond: null, limitedBy: 'unknown' }, 'Inconclusive'],
    [{ maxPerSecond: null, limitedBy: 'time' }, '--max-seconds'],
    [{ maxPerSecond: null, limitedBy: 'requests' }, '--max-requests'],
  ] as const)('says for %j what to type next', (more, expected) => {
    expect(loadMaxText(aMax(more)).replaceAll('\n', ' ')).toContain(expected);
  });
});
