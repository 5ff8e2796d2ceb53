import { describe, expect, it } from 'vitest';
import { bottlenecks } from '../../../../src/toolkit/load/generator-watch.ts';
import { checkThresholds, type MeasuredLoad, verdictOf } from '../../../../src/toolkit/load/judge-load.ts';
import { LatencyBook } from '../../../../src/toolkit/load/latency-book.ts';
import type { Thresholds } from '../../../../src/toolkit/load/scenario.ts';

function outcomeWith(ms: number) {
  const book = new LatencyBook();
  book.record(ms);
  return { latencyMs: book.summary(), serviceMs: book.summary() };
}

const measured: MeasuredLoad = { errorRate: 0.02, goodputPerSecond: 100, outcomes: { accepted: outcomeWith(50) } };
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

  it('doubts a generator that sends late or reads late', () => {
    expect(bottlenecks(1, 1)).toEqual([]);
    expect(bottlenecks(101, 1)).toEqual([expect.stringContaining('sent 101 ms late')]);
    expect(bottlenecks(1, 150)).toEqual([expect.stringContaining('event loop was 150 ms late')]);
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

  it('is all zeros where nothing was recorded', () => {
    expect(new LatencyBook().summary()).toEqual({ n: 0, p50: 0, p90: 0, p99: 0, p999: 0, max: 0 });
  });
});
