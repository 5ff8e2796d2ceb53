import type { HistoryLine } from '../history/history-entry.ts';
import type { Scenario, ScenarioProduct } from './scenario.ts';
import { type Behaviour, behaviours } from './scenario-schema.ts';
import { chanceAt } from './seeded-chance.ts';

/** One order that a buyer wants to place. */
export interface PlannedOrder {
  readonly userId: string;
  readonly key: string;
  readonly lines: readonly HistoryLine[];
}

/** What one arrival does: all its orders are sent at its moment. */
export interface PlannedArrival {
  readonly behaviour: Behaviour;
  /** The same order stands here twice where the buyer double-clicks. */
  readonly orders: readonly PlannedOrder[];
}

const behaviourStream = 1;
const productStream = 2;

/**
 * What the n-th arrival does; a function of scenario, seed and n alone. `crowd` stands in front of users and keys, so that
 * two runs against one sale are two crowds.
 */
export function planArrival(scenario: Scenario, seed: number, crowd: string, arrival: number): PlannedArrival {
  const buyer = arrival % scenario.buyers.count;
  const behaviour = behaviourOf(scenario, seed, buyer);
  const product = productOf(scenario.sale.products, chanceAt(seed, productStream, arrival));
  const order = (suffix: string, lines: readonly HistoryLine[]): PlannedOrder => ({
    userId: `${crowd}-u${buyer}`,
    key: `${crowd}-k${arrival}${suffix}`,
    lines,
  });
  const single = order('', [{ productId: product.productId, quantity: 1 }]);
  switch (behaviour) {
    case 'plain':
    case 'retry':
      return { behaviour, orders: [single] };
    case 'double-click':
      return { behaviour, orders: [single, single] };
    case 'over-limit':
      return { behaviour, orders: ordersBeyondLimit(scenario.sale.products, product, order) };
    case 'two-lines':
      return { behaviour, orders: [order('', twoLines(scenario.sale.products, product))] };
    default:
      return behaviour satisfies never;
  }
}

/** The behaviour is the buyer's own: whoever comes again does the same again. */
function behaviourOf({ buyers }: Scenario, seed: number, buyer: number): Behaviour {
  const total = behaviours.reduce((sum, name) => sum + (buyers.behaviours[name] ?? 0), 0);
  let left = chanceAt(seed, behaviourStream, buyer) * total;
  for (const name of behaviours) {
    left -= buyers.behaviours[name] ?? 0;
    if (left < 0) return name;
  }
  return 'plain';
}

function productOf(products: readonly ScenarioProduct[], chance: number): ScenarioProduct {
  const product = products[Math.floor(chance * products.length)];
  if (product === undefined) throw new RangeError('a scenario has one product or more');
  return product;
}

/** Two orders: all that the limit allows, and one unit more. Whichever is first, one of them is beyond the limit. */
function ordersBeyondLimit(
  products: readonly ScenarioProduct[],
  wanted: ScenarioProduct,
  order: (suffix: string, lines: readonly HistoryLine[]) => PlannedOrder,
): PlannedOrder[] {
  const limited = wanted.limitPerUser === null ? products.find((product) => product.limitPerUser !== null) : wanted;
  const { productId, limitPerUser } = limited ?? wanted;
  return [order('a', [{ productId, quantity: limitPerUser ?? 1 }]), order('b', [{ productId, quantity: 1 }])];
}

function twoLines(products: readonly ScenarioProduct[], first: ScenarioProduct): HistoryLine[] {
  const second = products[(products.indexOf(first) + 1) % products.length] ?? first;
  return [
    { productId: first.productId, quantity: 1 },
    { productId: second.productId, quantity: 1 },
  ];
}
