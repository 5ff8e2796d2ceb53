import type { Chance } from '../world/world-parts.ts';
import type { Among } from './among.ts';
import type { Behaviour, BuyerPlan, OperatorPlan } from './plan.ts';

/** The crowd comes within this time; faults may last longer. */
export const crowdMs = 2_500;

export function drawBuyer(
  nth: number,
  withinMs: number,
  products: number,
  able: readonly Behaviour[],
  chance: Chance,
  among: Among,
): BuyerPlan {
  const lines = new Map<number, number>();
  for (let count = among(1, 1, 1, products); count > 0; count -= 1) {
    lines.set(chance.between(0, products - 1), among(1, 1, 1, 2));
  }
  // half of all are patient, whatever else there is
  const drawn = chance.between(0, 1) === 0 ? undefined : able[chance.between(0, Math.max(0, able.length - 1))];
  return {
    nth,
    atMs: chance.between(0, withinMs),
    behaviour: drawn ?? 'patient',
    server: chance.between(0, 3),
    pauseMs: among(30, 200, 700),
    lines: [...lines].map(([product, quantity]) => ({ product, quantity })),
  };
}

export function drawOperators(
  products: number,
  hasRoom: boolean,
  chance: Chance,
  among: Among,
): readonly OperatorPlan[] {
  // several at one desk: all of them change the stock of one product within half a second
  const together = chance.between(0, 2) === 0 ? { fromMs: chance.between(0, crowdMs) } : null;
  return Array.from({ length: chance.between(1, 4) }, (): OperatorPlan => {
    const atMs = together ? together.fromMs + chance.between(0, 500) : chance.between(0, crowdMs + 1_000);
    const at = { atMs, server: chance.between(0, 3) };
    if (together) return { ...at, kind: 'add_stock', product: 0, by: among(-6, -2, 1, 5) };
    const product = chance.between(0, products - 1);
    const kind = among<OperatorPlan['kind']>(
      'pause',
      'open',
      'open',
      'close',
      'add_stock',
      'add_stock',
      'init_stock',
      'limit',
      'price',
      'rate',
    );
    switch (kind) {
      case 'add_stock':
        return { ...at, kind, product, by: among(-6, -2, 1, 5) };
      case 'init_stock':
        return { ...at, kind, product, to: among(0, 3, 10) };
      case 'limit':
        return { ...at, kind, product, limitPerUser: among(1, 3, 6) };
      case 'price':
        return { ...at, kind, product, priceMinor: among(500, 9_900) };
      case 'rate':
        return { ...at, kind, perSecond: hasRoom ? among(null, 5, 200) : null };
      default:
        return { ...at, kind };
    }
  });
}
