// @module-tag redis
// @module-tag kafka
// @module-tag alone
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readHistory } from '../../src/toolkit/history/read-history.ts';
import { runLoad } from '../../src/toolkit/load/run-load.ts';
import { aFleetSale, productId } from '../support/fleet-sale.ts';
import { type FleetStack, startFleetStack } from '../support/fleet-stack.ts';
import { aCrowd } from '../support/scenario.ts';

let fleet: FleetStack;
let urls: readonly string[];

beforeAll(async () => {
  fleet = await startFleetStack();
  await fleet.worker();
  urls = (await Promise.all([fleet.serve(), fleet.serve(), fleet.serve()])).map(({ url }) => url);
}, 180_000);

afterAll(() => fleet?.remove());

// The lower bound is a promise to whoever waits: a machine that stands still for half a second breaks it in place of us.
test.each([50, 500])(
  'the admission rate of %i a second holds for three servers together, within a twentieth over 10 s',
  { tags: ['long'] },
  async (rate) => {
    const saleId = `rate-${rate}`;
    await aFleetSale(urls, saleId, 1_000_000, { admissionRate: rate });
    const forSeconds = 10;
    const histories = urls.map((_, at) => `${fleet.folder.path}/${saleId}-${at}.ndjson`);

    await Promise.all(
      histories.map((history, at) => {
        const wish = { saleId, productId, stock: 1_000_000, ratePerSecond: rate, forSeconds, seed: rate + at };
        const scenario = aCrowd(wish);
        return runLoad({
          scenario: { ...scenario, buyers: { ...scenario.buyers, behaviours: { plain: 100 } } },
          target: urls[at] ?? '',
          saleId,
          crowd: `${saleId}-${at}`,
          history,
        });
      }),
    );

    const acceptedMs: number[] = [];
    for (const history of histories)
      for await (const { outcome, doneMs } of readHistory(history)) if (outcome === 'accepted') acceptedMs.push(doneMs);
    const firstMs = Math.min(...acceptedMs);
    const lastMs = Math.max(...acceptedMs);
    expect(lastMs - firstMs).toBeGreaterThan(9_000);
    const perSecond = acceptedMs.length / ((lastMs - firstMs) / 1_000);
    expect(perSecond / rate).toBeGreaterThan(0.95);
    expect(perSecond / rate).toBeLessThan(1.05);
  },
);
