import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../../../src/toolkit/history/history-entry.ts';
import { readHistory } from '../../../../src/toolkit/history/read-history.ts';
import { LatencyBook } from '../../../../src/toolkit/load/latency-book.ts';
import type { LoadProgress } from '../../../../src/toolkit/load/load-progress.ts';
import { type LoadSlice, loadResultSchema } from '../../../../src/toolkit/load/load-result.ts';
import { type LoadOptions, runLoad } from '../../../../src/toolkit/load/run-load.ts';
import { eventually } from '../../../support/eventually.ts';
import { aScenario } from '../../../unit/toolkit/load/a-scenario.ts';
import { acceptedAs, type StubServer, stubServer } from './stub-server.ts';

const soldOut = { status: 409, body: { status: 'sold_out', msg: 'Inventory empty' } };

describe('a load run', () => {
  let folder: string;
  let history: string;
  const servers: StubServer[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fluxgate-load-'));
    history = join(folder, 'history.ndjson');
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
    await rm(folder, { recursive: true, force: true });
  });

  async function serve(...of: Parameters<typeof stubServer>): Promise<StubServer> {
    const server = await stubServer(...of);
    servers.push(server);
    return server;
  }

  async function entriesOf(path: string): Promise<HistoryEntry[]> {
    const entries: HistoryEntry[] = [];
    for await (const entry of readHistory(path)) entries.push(entry);
    return entries;
  }

  function load(options: Omit<LoadOptions, 'saleId'>) {
    return runLoad({ saleId: 'test', crowd: 'c', ...options });
  }

  it('sends every planned buyer, counts each outcome and writes each request into the history', async () => {
    const server = await serve((order, nth) => (nth <= 40 ? acceptedAs(`o-${order.key}`) : soldOut));

    const result = await load({ scenario: aScenario(), target: server.url, history });

    expect(result).toMatchObject({
      ended: 'completed',
      sharedMachine: true,
      arrivals: { planned: 100, arrived: 100 },
      requests: { sent: 100, answered: 100, dropped: 0, errorRate: 0 },
    });
    expect(result.outcomes.accepted?.latencyMs.n).toBe(40);
    expect(result.outcomes.sold_out?.latencyMs.n).toBe(60);
    expect(Value.Check(loadResultSchema, result)).toBe(true);
    const entries = await entriesOf(history);
    expect(entries).toHaveLength(100);
    expect(new Set(entries.map((entry) => entry.key))).toEqual(new Set(server.orders.map((order) => order.key)));
    expect(entries.every((entry) => entry.sentMs >= entry.scheduledMs && entry.doneMs >= entry.sentMs)).toBe(true);
  });

  it('keeps accepted orders and refusals apart, in sum, by behaviour and slice by slice', async () => {
    const server = await serve((order, nth) => (nth <= 40 ? acceptedAs(`o-${order.key}`) : soldOut));

    const result = await load({ scenario: aScenario(), target: server.url });

    const { goodputPerSecond, refusalsPerSecond } = result.requests;
    expect(refusalsPerSecond / goodputPerSecond).toBeCloseTo(60 / 40);
    expect(result.behaviours).toEqual({ plain: { arrived: 100, answers: { accepted: 40, sold_out: 60 } } });
    const { everyMs, list } = result.slices;
    expect(everyMs).toBe(100);
    const sum = (of: (slice: LoadSlice) => number): number => list.reduce((n, slice) => n + of(slice), 0);
    expect(sum((slice) => slice.planned)).toBe(100);
    expect(sum((slice) => slice.sent)).toBe(100);
    expect(sum((slice) => slice.answers.accepted ?? 0)).toBe(40);
    const latency = new LatencyBook();
    for (const { latency: of } of list)
      for (const histogram of Object.values(of)) latency.add(LatencyBook.decode({ histogram, maxMs: Infinity }));
    expect(latency.n).toBe(100);
    expect(latency.percentileMs(99)).toBeCloseTo(result.all.latencyMs.p99, 0);
  });

  it('shows a stall of the server in the latency from the scheduled time, of buyers that came while it stood still too', async () => {
    let stallUntil: Promise<void> | undefined;
    const server = await serve((order, nth) => {
      // the server stands still for 600 ms from its 50th order on, for whoever comes in that time
      if (nth === 50) stallUntil = new Promise((resolve) => setTimeout(resolve, 600));
      return { ...acceptedAs(`o-${order.key}`), ...(stallUntil ? { after: stallUntil } : {}) };
    });

    const scenario = aScenario({
      arrivals: [{ kind: 'constant', ratePerSecond: 100, forSeconds: 1.5 }],
      limits: { maxInFlight: 1_000, hardStopSeconds: 20, requestTimeoutMs: 5_000 },
    });
    const result = await load({ scenario, target: server.url });

    const { latencyMs } = result.all;
    expect(latencyMs.n).toBe(150);
    expect(latencyMs.max).toBeGreaterThanOrEqual(550);
    // about 60 of 150 buyers came during the stall and waited 300 ms on average
    expect(latencyMs.p90).toBeGreaterThanOrEqual(250);
    expect(latencyMs.p50).toBeLessThan(latencyMs.p90);
  });

  it('counts as dropped what it cannot send, and holds it against the error rate', async () => {
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const server = await serve((order) => ({ ...acceptedAs(`o-${order.key}`), after: released }));
    const scenario = aScenario({
      limits: { maxInFlight: 10, hardStopSeconds: 20, requestTimeoutMs: 10_000 },
      thresholds: { maxErrorRate: 0.5, p99Ms: {}, minGoodputPerSecond: null },
    });

    const onProgress = (progress: LoadProgress): void => {
      if (progress.phase === 'finishing') release();
    };
    const result = await load({ scenario, target: server.url, onProgress, progressEveryMs: 20 });

    expect(result.requests).toMatchObject({ sent: 10, answered: 10, dropped: 90, errorRate: 0.9 });
    expect(result.verdict).toBe('failed');
  });

  it('double-clicks with one key, and exceeds limits with new keys', async () => {
    const server = await serve((order) => acceptedAs(`o-${order.key}`));
    const half = { 'double-click': 1, 'over-limit': 1 };

    await load({ scenario: aScenario({ buyers: { count: 100, behaviours: half } }), target: server.url });

    const byKey = Map.groupBy(server.orders, (order) => order.key);
    const byUser = Map.groupBy(server.orders, (order) => order.userId);
    expect(byUser.size).toBe(100);
    for (const orders of byUser.values()) {
      const units = orders.reduce((sum, order) => sum + (order.lines[0]?.quantity ?? 0), 0);
      const keys = new Set(orders.map((order) => order.key)).size;
      expect([orders.length, keys, units]).toEqual(keys === 1 ? [2, 1, 2] : [2, 2, 3]);
    }
    expect([...byKey.values()].filter((orders) => orders.length === 2).length).toBeGreaterThan(20);
  });

  it('retries by the same key after 429, 503 and a cut connection, and keeps Retry-After', async () => {
    const tries = new Map<string, number>();
    const answers = [
      { status: 503, body: { status: 'unknown' } },
      { status: 429, body: { status: 'rate_limited' }, headers: { 'retry-after': '1' } },
      { status: 0, body: null, cut: true },
    ] as const;
    const server = await serve((order) => {
      const nth = tries.get(order.key) ?? 0;
      tries.set(order.key, nth + 1);
      return answers[nth] ?? acceptedAs(`o-${order.key}`);
    });
    const scenario = aScenario({
      arrivals: [{ kind: 'constant', ratePerSecond: 50, forSeconds: 0.2 }],
      buyers: { count: 10, behaviours: { retry: 1 } },
    });

    const result = await load({ scenario, target: server.url, history });

    expect([...tries.values()]).toEqual(Array(10).fill(4));
    expect(result.requests).toMatchObject({ sent: 40, answered: 40, retries: 30, givenUp: 0 });
    const entries = await entriesOf(history);
    const limited = entries.filter((entry) => entry.outcome === 'rate_limited');
    expect(limited).toHaveLength(10);
    for (const before of limited) {
      const after = entries.find((entry) => entry.key === before.key && entry.retry === (before.retry ?? 0) + 1);
      expect(after?.scheduledMs).toBeGreaterThanOrEqual(before.doneMs + 999);
    }
  });

  it('goes on while the server is dead, and its retrying buyers are answered by the one that comes back', async () => {
    const answer = (order: { readonly key: string }) => acceptedAs(`o-${order.key}`);
    const first = await serve(answer);
    const scenario = aScenario({
      arrivals: [{ kind: 'constant', ratePerSecond: 100, forSeconds: 1 }],
      buyers: { count: 100, behaviours: { retry: 1 } },
    });
    let restart: Promise<StubServer> | undefined;
    let turnedAway = 0;
    const restartOnceMissed = async (): Promise<StubServer> => {
      await first.close();
      await eventually('some buyers meet nobody', () => turnedAway > 3);
      return serve(answer, first.port);
    };

    const result = await load({
      scenario,
      target: () => first.url,
      progressEveryMs: 20,
      onProgress: ({ arrived, outcomes }) => {
        turnedAway = outcomes.connection_error ?? 0;
        if (arrived >= 30) restart ??= restartOnceMissed();
      },
    });
    const second = await restart;

    expect(result.ended).toBe('completed');
    expect(result.arrivals.arrived).toBe(100);
    expect(result.outcomes.connection_error?.latencyMs.n).toBeGreaterThan(0);
    expect(result.outcomes.accepted?.latencyMs.n).toBe(100);
    expect(second?.orders.length).toBeGreaterThan(0);
  });

  it('gives up at the hard stop: what is under way is aborted, counted and in the history', async () => {
    const server = await serve(() => ({ ...soldOut, after: new Promise(() => {}) }));
    const scenario = aScenario({ limits: { maxInFlight: 200, hardStopSeconds: 0.8, requestTimeoutMs: 60_000 } });

    const result = await load({ scenario, target: server.url, history });

    expect(result.ended).toBe('hard_stop');
    expect(result.outcomes.aborted?.latencyMs.n).toBe(100);
    expect((await entriesOf(history)).map((entry) => entry.outcome)).toEqual(Array(100).fill('aborted'));
  });

  it('ends in order when it is interrupted', async () => {
    const server = await serve((order) => acceptedAs(`o-${order.key}`));
    const stop = new AbortController();
    const scenario = aScenario({
      arrivals: [{ kind: 'constant', ratePerSecond: 100, forSeconds: 15 }],
      thresholds: { maxErrorRate: 0, p99Ms: {}, minGoodputPerSecond: null },
    });

    const result = await load({
      scenario,
      target: server.url,
      history,
      signal: stop.signal,
      progressEveryMs: 20,
      onProgress: ({ answers }) => {
        if (answers > 10) stop.abort();
      },
    });

    expect(result.ended).toBe('interrupted');
    expect(result.verdict).toBe('inconclusive');
    expect(result.arrivals.arrived).toBeLessThan(1_500);
    expect(await entriesOf(history)).toHaveLength(result.requests.answered);
  });

  it('tells progress with counts, rates and the stock that the server names', async () => {
    const server = await serve((order) => acceptedAs(`o-${order.key}`));
    const seen: LoadProgress[] = [];

    await load({ scenario: aScenario(), target: server.url, progressEveryMs: 50, onProgress: (p) => seen.push(p) });

    const last = seen.at(-1);
    expect(seen.length).toBeGreaterThan(3);
    expect(last).toMatchObject({ arrived: 100, answers: 100, inFlight: 0, outcomes: { accepted: 100 } });
    expect(last?.stock).toEqual([{ productId: 'ticket', total: 10, free: 4 }]);
    expect(seen.some((progress) => progress.window.answersPerSecond > 0)).toBe(true);
  });

  it('counts an answer that the contract does not know as a fault of the server', async () => {
    const server = await serve(() => ({ status: 200, body: { fine: true } }));

    const result = await load({ scenario: aScenario(), target: server.url });

    expect(result.outcomes.server_error?.latencyMs.n).toBe(100);
    expect(result.requests.errorRate).toBe(1);
    expect(result.errors).toEqual([{ error: 'a 200 without an orderId', n: 100 }]);
  });
});
