import { afterEach, describe, expect, it } from 'vitest';
import { type LoadMaxOptions, loadMax } from '../../../../src/toolkit/load/load-max.ts';
import { aLoadResult } from '../../../unit/toolkit/load/a-load-result.ts';
import { aScenario } from '../../../unit/toolkit/load/a-scenario.ts';
import { acceptedAs, type StubServer, stubServer } from './stub-server.ts';

const servers: StubServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** The closed loop is real; a run keeps its thresholds up to `limit` buyers a second, on whatever machine. */
async function max(more: Partial<LoadMaxOptions>, limit = Number.POSITIVE_INFINITY) {
  let sales = 0;
  let open = 0;
  const server = await stubServer((order) => acceptedAs(order.key));
  servers.push(server);
  const thresholds = { maxErrorRate: 0, p99Ms: {}, minGoodputPerSecond: null };
  const result = await loadMax({
    ...{ scenario: aScenario({ thresholds }), target: server.url, adminToken: undefined, generators: 1 },
    ...{ fromPerSecond: 20, toPerSecond: 80, seconds: 0.3, connections: 2, maxSeconds: 60, maxRequests: 1_000_000 },
    signal: new AbortController().signal,
    onProgress: () => {},
    async run({ scenario }) {
      const [stage] = scenario.arrivals;
      const ratePerSecond = stage?.kind === 'constant' ? stage.ratePerSecond : 0;
      const ok = ratePerSecond <= limit;
      const check = { name: 'error rate', limit: 0, actual: ok ? 0 : 0.5, ok, needsHonestGenerator: false };
      return aLoadResult({ thresholds: [check] });
    },
    async withSale(use) {
      sales += 1;
      open += 1;
      return use(`sale-${sales}`).finally(() => {
        open -= 1;
      });
    },
    ...more,
  });
  return { result, sales, open };
}

describe('load max', () => {
  it('finds the highest rate of the range, a fresh sale for each run, beside a closed loop that is labelled', async () => {
    const { result, sales, open } = await max({});

    expect(result).toMatchObject({ maxPerSecond: 80, limitedBy: 'range', sharedMachine: true });
    expect(result.closedLoop).toMatchObject({ tool: 'autocannon', connections: 2, errors: 0 });
    expect(result.closedLoop.acceptedPerSecond).toBeGreaterThan(0);
    expect(result.probes.map(({ ratePerSecond }) => ratePerSecond)).toEqual([20, 40, 80, 80, 80, 80]);
    expect([sales, open]).toEqual([7, 0]);
  });

  it('stays below the rate at which errors begin', async () => {
    const { result } = await max({}, 50);

    expect(result.limitedBy).toBe('thresholds');
    expect(result.maxPerSecond).toBeGreaterThan(45);
    expect(result.maxPerSecond).toBeLessThanOrEqual(50);
    expect(result.probes.find(({ outcome }) => outcome === 'failed')?.why).toEqual(['error rate: 0.5, limit 0']);
  });

  it('ends without a rate where the requests or the time are spent', async () => {
    expect((await max({ maxRequests: 5 })).result).toMatchObject({ maxPerSecond: null, limitedBy: 'requests' });
    expect((await max({ maxSeconds: 1 })).result).toMatchObject({ maxPerSecond: null, limitedBy: 'time' });
  });

  it('refuses a scenario without thresholds: every rate would keep them', async () => {
    await expect(max({ scenario: aScenario() })).rejects.toMatchObject({ code: 'usage' });
  });

  it('refuses one with goodput alone, and else leaves goodput out and waits as long as the scenario does', async () => {
    const goodput = { maxErrorRate: null, p99Ms: {}, minGoodputPerSecond: 100 };
    const both = { ...goodput, maxErrorRate: 0 };
    const probed: unknown[] = [];

    await expect(max({ scenario: aScenario({ thresholds: goodput }) })).rejects.toMatchObject({ code: 'usage' });
    const { result } = await max({
      scenario: aScenario({ thresholds: both }),
      async run({ scenario: { thresholds, limits } }) {
        probed.push([thresholds.minGoodputPerSecond, limits.hardStopSeconds]);
        const check = { name: 'error rate', limit: 0, actual: 1, ok: false, needsHonestGenerator: false };
        return aLoadResult({ thresholds: [check] });
      },
    });

    expect(result.leftOut).toEqual(['goodput (accepted/s)']);
    expect(probed).toEqual([[null, 0.3 + 19.5]]);
  });

  it('keeps the closed loop within its requests, whatever the number of connections', async () => {
    const few = await max({ connections: 8, maxRequests: 4 });

    expect(few.result.closedLoop).toMatchObject({ connections: 2, requests: 2 });
  });

  it('ends a run with the search, and holds that against no rate', async () => {
    const stops: number[] = [];

    const { result } = await max({
      maxSeconds: 10,
      async run({ scenario }) {
        stops.push(scenario.limits.hardStopSeconds);
        const check = { name: 'error rate', limit: 0, actual: 1, ok: false, needsHonestGenerator: false };
        return aLoadResult({ ended: 'hard_stop', thresholds: [check] });
      },
    });

    expect(stops).toHaveLength(1);
    expect(stops[0]).toBeLessThan(10);
    expect(result).toMatchObject({ maxPerSecond: null, limitedBy: 'time', probes: [] });
  });

  it('searches no further than a run can plan', async () => {
    const told: string[] = [];
    const onProgress = (what: string): void => void told.push(what);

    await expect(max({ seconds: 2_000_000 })).rejects.toMatchObject({ code: 'usage' });
    await max({ seconds: 50_000, maxSeconds: 0.2, onProgress });

    expect(told[0]).toBe('up to 50/s only: a run plans 5000000 buyers at most');
  });

  it('closes its sale and ends when it is interrupted', async () => {
    const stop = new AbortController();
    const onProgress = (what: string): void => {
      if (what.startsWith('search')) stop.abort();
    };

    await expect(max({ signal: stop.signal, onProgress })).rejects.toMatchObject({ code: 'interrupted' });
  });
});
