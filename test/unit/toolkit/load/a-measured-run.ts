import { LatencyBook } from '../../../../src/toolkit/load/latency-book.ts';
import type { LoadResult, LoadSlice } from '../../../../src/toolkit/load/load-result.ts';
import { chanceAt } from '../../../../src/toolkit/load/seeded-chance.ts';
import { aLoadResult, aReport } from './a-load-result.ts';

interface MeasuredRun {
  /** Of the noise: two runs with different ones differ as two real runs do. */
  readonly noise: number;
  readonly seconds?: number;
  /** Accepted orders in each slice of 100 ms. */
  readonly perSlice?: number;
  /** Median of accepted, without noise. */
  readonly ms?: number;
  /** How far runs differ as a whole, as a part of `ms`. */
  readonly runSpread?: number;
  /** Part of the answers that are errors. */
  readonly errors?: number;
  readonly result?: Partial<LoadResult>;
}

/**
 * A run of many slices whose latencies have a long tail (an exponential on a floor) and drift together within a second, as
 * those of a real server do.
 */
export function aMeasuredRun({
  noise,
  seconds = 20,
  perSlice = 40,
  ms = 10,
  runSpread = 0,
  errors = 0,
  result = {},
}: MeasuredRun): LoadResult {
  const whole = 1 + runSpread * (2 * chanceAt(noise, 0, 0) - 1);
  const every: number[] = [];
  const list = Array.from({ length: seconds * 10 }, (_, n): LoadSlice => {
    const drift = 1 + 0.2 * (2 * chanceAt(noise, 1, Math.floor(n / 5)) - 1);
    const times = Array.from({ length: perSlice }, (_, at) => {
      const tail = -Math.log(1 - chanceAt(noise, 2, n * perSlice + at));
      return ms * whole * drift * (0.5 + 0.72 * tail);
    });
    every.push(...times);
    const bad = Math.round(perSlice * errors);
    return aSlice({
      planned: perSlice,
      arrived: perSlice,
      sent: perSlice,
      answers: { accepted: perSlice - bad, ...(bad === 0 ? {} : { server_error: bad }) },
      latency: {
        accepted: aReport(...times.slice(bad)).histograms.latency,
        ...(bad === 0 ? {} : { server_error: aReport(...times.slice(0, bad)).histograms.latency }),
      },
    });
  });
  return aLoadResult({
    startedAt: `2026-01-01T00:00:00.${String(noise % 1_000).padStart(3, '0')}Z`,
    planMs: seconds * 1_000,
    durationMs: seconds * 1_000,
    slices: { everyMs: 100, list },
    all: aReport(...every),
    outcomes: { accepted: aReport(...every) },
    ...result,
  });
}

/** A slice in which nothing happened, but for what is given. */
export function aSlice(more: Partial<LoadSlice> = {}): LoadSlice {
  return {
    planned: 0,
    arrived: 0,
    sent: 0,
    retries: 0,
    dropped: 0,
    late: 0,
    answers: {},
    latency: {},
    inFlight: 0,
    generator: { sendLagMs: new LatencyBook().summary(), eventLoopDelayMaxMs: 0, cpuCores: 0.2, busy: 0.2 },
    ...more,
  };
}
