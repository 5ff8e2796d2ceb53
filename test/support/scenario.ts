import type { Scenario } from '../../src/toolkit/load/scenario.ts';

/** A crowd for one product: half of it tries again until it knows, some double-click, some want more than they may. */
export function aCrowd(wish: {
  readonly saleId: string;
  readonly productId: string;
  readonly stock: number;
  readonly ratePerSecond: number;
  readonly forSeconds: number;
  readonly seed: number;
}): Scenario {
  return {
    title: 'a crowd of a test',
    why: '',
    seed: wish.seed,
    sale: {
      saleId: wish.saleId,
      products: [
        {
          productId: wish.productId,
          quantity: wish.stock,
          limitPerUser: 2,
          price: { minor: 4_900n, currency: 'EUR' },
        },
      ],
      admissionRate: null,
      confirmation: 'on_record',
    },
    arrivals: [{ kind: 'constant', ratePerSecond: wish.ratePerSecond, forSeconds: wish.forSeconds }],
    buyers: {
      count: Math.max(1, Math.round(wish.ratePerSecond * wish.forSeconds * 0.9)),
      behaviours: { plain: 25, 'double-click': 15, 'over-limit': 10, retry: 50 },
    },
    thresholds: { maxErrorRate: null, p99Ms: {}, minGoodputPerSecond: null },
    limits: { maxInFlight: 500, hardStopSeconds: wish.forSeconds + 30, requestTimeoutMs: 10_000 },
  };
}
