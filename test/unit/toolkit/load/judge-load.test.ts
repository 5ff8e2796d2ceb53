import { describe, expect, it } from 'vitest';
import { bottlenecks } from '../../../../src/toolkit/load/generator-watch.ts';
import { checkThresholds, type MeasuredLoad, verdictOf } from '../../../../src/toolkit/load/judge-load.ts';
import { LatencyBook, SparseBook } from '../../../../src/toolkit/load/latency-book.ts';
import type { Thresholds } from '../../../../src/toolkit/load/scenario.ts';
import { aReport } from './a-load-result.ts';

const measured: MeasuredLoad = {
  errorRate: 0.02,
  errorRateOfSent: 0.02,
  goodputPerSecond: 100,
  dropped: 0,
  outcomes: { accepted: aReport(50) },
  fairness: { firstCome: 0.9, botShare: 0.4 },
};
const none: Thresholds = { maxErrorRate: null, p99Ms: {}, minGoodputPerSecond: null };

function verdict(thresholds: Partial<Thresholds>, bottleneck: readonly string[] = []) {
  return verdictOf(checkThresholds({ ...none, ...thresholds }, measured), bottleneck);
}

describe('the verdict on a load run', () => {
  it.each([
    ['passes where nothing was asked', {}, 'passed'],
    [
      'passes where every threshold is met',
      { maxErrorRate: 0.02, p99Ms: { accepted: 60 }, minGoodputPerSecond: 100 },
      'passed',
    ],
    ['fails for too many errors', { maxErrorRate: 0.01 }, 'failed'],
    ['fails for answers that are too slow', { p99Ms: { accepted: 40 } }, 'failed'],
    ['fails for a slow median', { p50Ms: { accepted: 40 } }, 'failed'],
    ['fails for one answer that is too slow', { maxMs: { accepted: 40 } }, 'failed'],
    ['passes where winners had come first often enough', { fairness: { minFirstCome: 0.9 } }, 'passed'],
    ['fails where the late came off as well as the early', { fairness: { minFirstCome: 0.95 } }, 'failed'],
    ['fails where bots got too much', { fairness: { maxBotShare: 0.3 } }, 'failed'],
    ['fails for too few answers', { minGoodputPerSecond: 101 }, 'failed'],
    ['is inconclusive about an outcome that never came', { p99Ms: { sold_out: 40 } }, 'inconclusive'],
  ] as const)('%s', (_name, thresholds, expected) => {
    expect(verdict(thresholds)).toBe(expected);
  });

  it('is inconclusive where the generator fell behind, whether or not latencies look good', () => {
    expect(verdict({ p99Ms: { accepted: 60 } }, ['late'])).toBe('inconclusive');
    expect(verdict({ p99Ms: { accepted: 40 } }, ['late'])).toBe('inconclusive');
  });

  it('fails for errors even where the generator fell behind: a slow generator makes no errors', () => {
    expect(verdict({ maxErrorRate: 0.01 }, ['late'])).toBe('failed');
  });

  it('does not fail for drops alone where the generator fell behind: it made them itself', () => {
    const checks = checkThresholds({ ...none, maxErrorRate: 0.01 }, { ...measured, dropped: 2, errorRateOfSent: 0.01 });

    expect(verdictOf(checks, ['late'])).toBe('inconclusive');
    expect(verdictOf(checks, [])).toBe('failed');
  });

  it('fails for a single request that was not sent, whatever else is met', () => {
    const checks = checkThresholds(none, { ...measured, dropped: 1 });

    expect(verdictOf(checks, [])).toBe('failed');
    expect(verdictOf(checks, ['late'])).toBe('inconclusive');
  });

  it('doubts a generator that sends late, has too few connections, reads late or has no time left', () => {
    const waitForConnection = { asked: 200, late: 2, lateFailed: 0 };
    const fine = { sent: 1_000, late: 10, waitForConnection, eventLoopDelayP99Ms: 100, busy: 0.95 };

    expect(bottlenecks(fine)).toEqual([]);
    expect(bottlenecks({ ...fine, late: 11 })).toEqual([expect.stringContaining('1.1 % of the requests')]);
    expect(bottlenecks({ ...fine, waitForConnection: { ...waitForConnection, late: 3 } })).toEqual([
      expect.stringMatching(/^1\.5 % of the generator's calls .* for one of its 128 connections \(limit 1 %\)$/),
    ]);
    expect(bottlenecks({ ...fine, eventLoopDelayP99Ms: 150 })).toEqual([
      expect.stringContaining('event loop was 150 ms late'),
    ]);
    expect(bottlenecks({ ...fine, busy: 0.97 })).toEqual([expect.stringContaining('busy 97 %')]);
  });
});

describe('a latency book', () => {
  it('gives percentiles to three digits with count and maximum beside them', () => {
    const book = new LatencyBook();
    for (let ms = 1; ms <= 1_000; ms += 1) book.record(ms);

    const { n, p50, p99, max } = book.summary();

    expect([n, max]).toEqual([1_000, 1_000]);
    expect(Math.abs(p50 - 500)).toBeLessThanOrEqual(1);
    expect(Math.abs(p99 - 990)).toBeLessThanOrEqual(1);
  });

  it('never names a percentile above the maximum', () => {
    const book = new LatencyBook();
    book.record(76.3211);

    const { p50, p999, max } = book.summary();

    expect(max).toBe(76.321);
    expect(Math.max(p50, p999)).toBeLessThanOrEqual(max);
  });

  it('adds books as if every time had been recorded in one: percentiles are never averaged', () => {
    const [quick, slow, together] = [new LatencyBook(), new LatencyBook(), new LatencyBook()];
    for (let n = 1; n <= 990; n += 1) quick.record(n / 100);
    for (let n = 1; n <= 10; n += 1) slow.record(n * 1_000);
    for (const book of [quick, slow]) together.add(LatencyBook.decode(book.encode()));
    const one = new LatencyBook();
    for (let n = 1; n <= 990; n += 1) one.record(n / 100);
    for (let n = 1; n <= 10; n += 1) one.record(n * 1_000);

    expect(together.summary()).toEqual(one.summary());
    expect(together.summary().p999).toBeGreaterThan(8_900);
  });

  it.each([0.4, 1, 2.047, 2.048, 17.35, 999.9, 123_456.789])('counts %d ms in the same bucket, sparse or not', (ms) => {
    const [sparse, dense] = [new SparseBook(), new LatencyBook()];
    sparse.record(ms);
    dense.record(ms);

    expect(LatencyBook.decode(sparse.encode()).summary()).toEqual(dense.summary());
  });

  it('is all zeros where nothing was recorded', () => {
    expect(new LatencyBook().summary()).toEqual({ n: 0, p50: 0, p90: 0, p99: 0, p999: 0, max: 0 });
  });
});
