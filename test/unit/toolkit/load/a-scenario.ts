import type { Scenario } from '../../../../src/toolkit/load/scenario.ts';

/** A small scenario: one product with plenty of stock, 100 plain buyers over half a second. Fields can be replaced. */
export function aScenario(more: Partial<Scenario> = {}): Scenario {
  return {
    title: 'a test',
    why: '',
    seed: 7,
    sale: {
      saleId: 'test',
      products: [{ productId: 'ticket', quantity: 1_000, limitPerUser: 2, price: { minor: 100n, currency: 'EUR' } }],
      admissionRate: null,
      confirmation: 'on_record',
    },
    arrivals: [{ kind: 'constant', ratePerSecond: 200, forSeconds: 0.5 }],
    buyers: { count: 100, behaviours: { plain: 1 } },
    thresholds: { maxErrorRate: null, p99Ms: {}, minGoodputPerSecond: null },
    limits: { maxInFlight: 200, hardStopSeconds: 20, requestTimeoutMs: 5_000 },
    ...more,
  };
}
