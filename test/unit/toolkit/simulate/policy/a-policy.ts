import type { Scenario } from '../../../../../src/toolkit/load/scenario.ts';
import type { Policy, Variant } from '../../../../../src/toolkit/simulate/policy/policy.ts';

export const aCrowd: Scenario = {
  ...{ title: 'A small crowd', why: '', seed: 1 },
  sale: {
    saleId: null,
    products: [{ productId: 'ticket', quantity: 20, limitPerUser: 1, price: { minor: 100n, currency: 'EUR' } }],
    admissionRate: null,
    confirmation: 'on_record',
  },
  arrivals: [{ kind: 'constant', ratePerSecond: 100, forSeconds: 1 }],
  buyers: { count: 100, behaviours: { 'waiting-room': 1 } },
  thresholds: { maxErrorRate: null, p99Ms: {}, minGoodputPerSecond: null },
  limits: { maxInFlight: 1_000, hardStopSeconds: 60, requestTimeoutMs: 10_000 },
};

export function aVariant(more: Partial<Variant> = {}): Variant {
  return {
    ...{ name: 'as it is', admissionRate: null, holdSeconds: 600, limits: [1], stock: [20], retryAfterSeconds: null },
    ...more,
  };
}

export function aPolicy(more: Partial<Policy> = {}): Policy {
  return {
    ...{ title: 'A question', why: '', crowd: aCrowd, seeds: 2, hardStopSeconds: 60 },
    servers: { count: 2, serviceMs: 0.2, maxWaiting: 10_000 },
    ...{ confirm: null, comeBack: null, variants: [aVariant()] },
    ...more,
  };
}
