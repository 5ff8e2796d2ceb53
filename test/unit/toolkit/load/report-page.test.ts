import { describe, expect, it } from 'vitest';
import { checkThresholds } from '../../../../src/toolkit/load/judge-load.ts';
import type { LoadResult, ServerSample } from '../../../../src/toolkit/load/load-result.ts';
import { pagePath } from '../../../../src/toolkit/load/report/page-path.ts';
import { reportPage } from '../../../../src/toolkit/load/report/report-page.ts';
import { runColumns } from '../../../../src/toolkit/load/report/run-columns.ts';
import { runMarks } from '../../../../src/toolkit/load/report/run-marks.ts';
import { aLoadResult, aReport } from './a-load-result.ts';
import { aMeasuredRun, aSlice } from './a-measured-run.ts';

function aSample(atMs: number, more: Partial<ServerSample> = {}): ServerSample {
  const known = {
    reachable: true,
    serverId: 'one',
    cpuCores: 0.5,
    rssBytes: 1e8,
    lag: 0,
    outbox: 0,
    queued: 0,
    epoch: 1,
  };
  return { atMs, ...known, ...more };
}

const away = {
  reachable: false,
  serverId: null,
  cpuCores: null,
  rssBytes: null,
  lag: null,
  outbox: null,
  queued: null,
  epoch: null,
};

function aWholeRun(more: Partial<LoadResult> = {}): LoadResult {
  const stock = [
    { atMs: 0, products: [{ productId: 'ticket', total: 10, free: 10 }] },
    { atMs: 2_000, products: [{ productId: 'ticket', total: 10, free: 0 }] },
  ];
  const server = [aSample(0), aSample(500, away), aSample(1_000, away), aSample(1_500, { epoch: 2 })];
  return aMeasuredRun({ noise: 1, seconds: 5, perSlice: 10, errors: 0.1, result: { stock, server, ...more } });
}

describe('the page of a run', () => {
  it('has a plot for everything that was measured, and forbids scripts and the network', () => {
    const page = reportPage(aWholeRun());

    for (const id of ['latency-accepted', 'latency-by-outcome', 'arrivals', 'answers', 'stock', 'in-flight'])
      expect(page).toContain(`id="${id}-title"`);
    for (const id of ['server-cpu', 'server-queues', 'server-memory', 'generator-lag', 'generator-busy'])
      expect(page).toContain(`id="${id}-title"`);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/<script|<link|<img|src=|href=|url\(|@import/);
  });

  it('says the verdict, why numbers are to be doubted, and each threshold with limit and value', () => {
    const check = { limit: 5, ok: false, needsHonestGenerator: true };
    const thresholds = [
      { ...check, name: 'met', actual: 4, ok: true },
      { ...check, name: 'broken', actual: 6 },
      { ...check, name: 'never seen', actual: null },
    ];
    const page = reportPage(aWholeRun({ thresholds, verdict: 'inconclusive', doubts: ['the generator fell behind'] }));

    expect(page).toContain('? inconclusive');
    expect(page).toContain('<li>the generator fell behind</li>');
    expect(page).toContain('<li>nothing to measure never seen by</li>');
    expect(page).toMatch(/broken<\/td><td class="n">5<\/td><td class="n">6<\/td><td class="n"><b>✗ failed<\/b>/);
    expect(page).toMatch(/never seen<\/td>.*none came.*\? unknown/);
  });

  it('draws the limit of accepted orders under the name that thresholds give it', () => {
    const thresholds = checkThresholds({ ...noThresholds, p99Ms: { accepted: 250 } }, {
      ...aWholeRun(),
      errorRate: 0,
      goodputPerSecond: 1,
      dropped: 0,
      outcomes: { accepted: aReport(3) },
    } as never);

    expect(reportPage(aWholeRun({ thresholds }))).toContain('limit of p99: 250 ms');
  });

  it('shows errors by kind, seed, versions and machine', () => {
    const page = reportPage(
      aWholeRun({ errors: [{ error: 'ECONNRESET', n: 12 }], serverVersion: '9.8.7', seed: 4711 }),
    );

    for (const text of ['ECONNRESET', '12', '9.8.7', '4711', 'a processor', 'v24.0.0']) expect(page).toContain(text);
  });

  it('says who got the units and what else buyers asked', () => {
    const latencyMs = aReport(7).latencyMs;
    const page = reportPage(
      aWholeRun({
        fairness: { firstCome: 0.975, botShare: 0.25 },
        behaviours: { bot: { arrived: 3, answers: { accepted: 1 } } },
        calls: { ticket: { n: 12, failed: 2, latencyMs } },
      }),
    );

    expect(page).toContain('the winner had come first in 97.5 % of pairs. Bots got 25 % of the units.');
    expect(page).toMatch(/ticket<\/td><td class="n">12<\/td><td class="n">2<\/td><td class="n">7.0</);
  });

  it('keeps everything that comes from the file as text', () => {
    const evil = '"><script>alert(1)</script>';
    const page = reportPage(
      aWholeRun({
        title: evil,
        why: evil,
        saleId: evil,
        target: evil,
        history: evil,
        serverVersion: evil,
        doubts: [evil],
        errors: [{ error: evil, n: 1 }],
        behaviours: { [evil]: { arrived: 1, answers: {} } },
        stock: [{ atMs: 0, products: [{ productId: evil, total: 1, free: 1 }] }],
        machine: { cores: 1, cpu: evil, node: evil, platform: evil },
        thresholds: [{ name: evil, limit: 1, actual: 1, ok: true, needsHonestGenerator: false }],
      }),
    );

    expect(page).not.toContain('<script');
    expect(page.split('&lt;script').length).toBeGreaterThan(12);
  });

  it('is made of a run without slices, answers or figures of the server, too', () => {
    const page = reportPage(aLoadResult({ outcomes: {}, thresholds: [] }));

    expect(page).toContain('It did not show its figures');
    expect(page).toContain('no order was accepted');
  });
});

const noThresholds = { maxErrorRate: null, minGoodputPerSecond: null, p99Ms: {} };

describe('the columns of a run', () => {
  it('add counts and merge histograms, so that a percentile is one of all answers', () => {
    const list = [
      aSlice({ sent: 2, latency: { accepted: aReport(1, 1, 1).histograms.latency }, inFlight: 3 }),
      aSlice({ sent: 1, latency: { accepted: aReport(100).histograms.latency }, inFlight: 1 }),
    ];
    const many = Array.from({ length: 120 }, () => list).flat();

    const columns = runColumns(aLoadResult({ slices: { everyMs: 100, list: many } }));

    expect(columns).toHaveLength(120);
    expect(columns[0]).toMatchObject({ atSeconds: 0.1, seconds: 0.2, sent: 3, inFlight: 3 });
    const [latency] = columns[0]?.latency.values() ?? [];
    expect(latency?.n).toBe(4);
    expect(latency?.p50).toBeCloseTo(1, 2);
    expect(latency?.max).toBeCloseTo(100, 0);
  });

  it('are refused where a histogram is none', () => {
    const list = [aSlice({ latency: { accepted: 'HISTnonsense' } })];

    expect(() => runColumns(aLoadResult({ slices: { everyMs: 100, list } }))).toThrow(
      /histogram of the result cannot be read/,
    );
  });
});

describe('the marks of a run', () => {
  it('are silences of the server, new epochs, the end of the stock and of the plan', () => {
    const { spans, moments } = runMarks(aWholeRun({ durationMs: 9_000 }));

    expect(spans).toMatchObject([{ fromSeconds: 0.5, toSeconds: 1.5, label: 'server does not answer' }]);
    expect(moments.map(({ label, atSeconds }) => [label, atSeconds])).toEqual([
      ['sold out', 2],
      ['last arrival by plan', 5],
      ['gate rebuilt, epoch 2', 1.5],
    ]);
  });
});

it('the page stands beside its result, never over it', () => {
  expect(pagePath('/runs/a.json')).toBe('/runs/a.html');
  expect(pagePath('result')).toBe('result.html');
});
