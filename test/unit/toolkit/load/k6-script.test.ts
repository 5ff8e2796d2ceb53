import { readFile } from 'node:fs/promises';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { readScenario } from '../../../../src/toolkit/load/read-scenario.ts';
import { shippedPath } from '../../../../src/toolkit/load/shipped-scenarios.ts';

test('the flash sale for k6 has the numbers of the flash sale', async () => {
  const text = await readFile(new URL('../../../../scenarios/k6/flash-sale.js', import.meta.url), 'utf8');
  const written = /^const plan = (\{.*?^\});$/ms.exec(text)?.[1];
  const plan: unknown = JSON.parse(JSON.stringify(runInNewContext(`(${written})`)));

  const { seed, sale, arrivals, buyers, thresholds, limits } = await readScenario(shippedPath('flash-sale'));
  const curves = arrivals.map((stage) => {
    if (stage.kind === 'ramp') return { from: stage.from, target: stage.to, seconds: stage.forSeconds };
    if (stage.kind === 'constant')
      return { from: stage.ratePerSecond, target: stage.ratePerSecond, seconds: stage.forSeconds };
    throw new Error(`k6 has no ${stage.kind}`);
  });

  expect(plan).toEqual({
    seed,
    products: sale.products.map(({ productId, quantity, limitPerUser, price }) => ({
      ...{ productId, quantity, limitPerUser },
      price: Number(price.minor),
      currency: price.currency,
    })),
    startRate: curves[0]?.from,
    stages: curves.map(({ target, seconds }) => ({ target, seconds })),
    behaviours: buyers.behaviours,
    maxErrorRate: thresholds.maxErrorRate,
    p99Ms: thresholds.p99Ms,
    requestTimeoutSeconds: limits.requestTimeoutMs / 1_000,
  });
});
