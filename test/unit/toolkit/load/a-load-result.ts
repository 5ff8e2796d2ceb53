import { LatencyBook } from '../../../../src/toolkit/load/latency-book.ts';
import type { LoadResult, OutcomeReport } from '../../../../src/toolkit/load/load-result.ts';

/** An outcome with these times, in milliseconds, latency and service alike. */
export function aReport(...ms: readonly number[]): OutcomeReport {
  const book = new LatencyBook();
  for (const each of ms) book.record(each);
  const { histogram } = book.encode();
  return {
    latencyMs: book.summary(),
    serviceMs: book.summary(),
    histograms: { latency: histogram, service: histogram },
  };
}

/** The result of a run of three buyers. Fields can be replaced. */
export function aLoadResult(more: Partial<LoadResult> = {}): LoadResult {
  const lag = aReport(1).latencyMs;
  const delay = { p50: 0, p99: 0, max: 0 };
  return {
    format: 'fluxgate-load',
    version: 2,
    title: 'A sale',
    why: '',
    scenarioDigest: '0'.repeat(64),
    seed: 3,
    target: 'http://127.0.0.1:1',
    saleId: 's',
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 1_000,
    planMs: 1_000,
    ended: 'completed',
    sharedMachine: true,
    machine: { cores: 2, cpu: 'a processor', node: 'v24.0.0', platform: 'linux x64' },
    serverVersion: null,
    arrivals: { planned: 3, arrived: 3, targetPerSecond: 3, achievedPerSecond: 3 },
    requests: {
      sent: 3,
      answered: 3,
      retries: 0,
      givenUp: 0,
      dropped: 1,
      late: 0,
      errorRate: 0.25,
      goodputPerSecond: 2,
      refusalsPerSecond: 1,
    },
    all: aReport(1, 2, 3),
    outcomes: { connection_error: aReport(3), accepted: aReport(1, 2) },
    behaviours: { plain: { arrived: 3, answers: { accepted: 2, connection_error: 1 } } },
    calls: {},
    fairness: { firstCome: null, botShare: null },
    errors: [{ error: 'ECONNRESET', n: 1 }],
    slices: { everyMs: 100, list: [] },
    stock: [],
    server: [],
    generator: {
      processes: [{ arrived: 3, sent: 3, sendLagMs: lag, eventLoopDelayMs: delay, cpuCores: 0.1, busy: 0.1 }],
      died: 0,
      sendLagMs: lag,
      eventLoopDelayMs: delay,
      cpuCores: 0.1,
      busy: 0.1,
      bottleneck: [],
    },
    thresholds: [],
    doubts: [],
    verdict: 'passed',
    history: 'h.ndjson',
    ...more,
  };
}
