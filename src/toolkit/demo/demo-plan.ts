import type { Scenario } from '../load/scenario.ts';

export interface DemoWish {
  readonly buyers: number;
  readonly stock: number;
  /** Buyers a second once the crowd is there. */
  readonly ratePerSecond: number;
}

export const demoSale = { saleId: 'demo', productId: 'ticket', limitPerUser: 2 } as const;

/** The first seconds are gentle, so that there is stock left to lose when the server is killed. */
const quietSeconds = 3;
/** Of the stock, a second, at the start and at the end of the quiet time: about half of it is gone by then. */
const quietShare = { from: 0.08, to: 0.26 } as const;
/** Sockets at once: while the server is away, refused connections end at once, so few stay open. */
const maxInFlight = 2_000;

/** A crowd with double-clickers, people who want more than they may, and people who try again until somebody answers. */
export function planDemo({ buyers, stock, ratePerSecond }: DemoWish): Scenario {
  // Never more than a quarter of the crowd before the rush.
  const scale = Math.min(1, (0.25 * buyers) / (0.5 * (quietShare.from + quietShare.to) * stock * quietSeconds || 1));
  const from = quietShare.from * stock * scale;
  const to = quietShare.to * stock * scale;
  const quiet = ((from + to) / 2) * quietSeconds;
  const rushSeconds = Math.max(0.5, (buyers - quiet) / ratePerSecond);
  return {
    title: 'Demo',
    why: 'One whole sale in front of you, with the server killed in the middle.',
    seed: 1,
    sale: {
      saleId: demoSale.saleId,
      products: [
        {
          productId: demoSale.productId,
          quantity: stock,
          limitPerUser: demoSale.limitPerUser,
          price: { minor: 4_900n, currency: 'EUR' },
        },
      ],
      admissionRate: null,
      confirmation: 'on_record',
    },
    arrivals: [
      { kind: 'ramp', from, to, forSeconds: quietSeconds },
      { kind: 'constant', ratePerSecond: Math.max(1, (buyers - quiet) / rushSeconds), forSeconds: rushSeconds },
    ],
    buyers: { count: buyers, behaviours: { plain: 45, 'double-click': 12, 'over-limit': 8, retry: 35 } },
    thresholds: { maxErrorRate: null, p99Ms: {}, minGoodputPerSecond: null },
    limits: { maxInFlight, hardStopSeconds: quietSeconds + rushSeconds + 30, requestTimeoutMs: 10_000 },
  };
}
