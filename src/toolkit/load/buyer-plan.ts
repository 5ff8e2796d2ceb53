import type { HistoryLine } from '../history/history-entry.ts';
import { loadDefaults, type Scenario, type ScenarioProduct } from './scenario.ts';
import { type Behaviour, behaviours } from './scenario-schema.ts';
import { chanceAt } from './seeded-chance.ts';

/** One order that a buyer wants to place. */
export interface PlannedOrder {
  readonly userId: string;
  readonly key: string;
  readonly lines: readonly HistoryLine[];
  /** Where the buyer's network says it is (X-Forwarded-For); left out where addresses play no part. */
  readonly address?: string;
  /** The waiting room's right to order (x-queue-pass). */
  readonly pass?: string;
}

/** What one arrival does: all its orders are sent at its moment. */
export interface PlannedArrival {
  readonly behaviour: Behaviour;
  /** The same order stands here twice where the buyer double-clicks. */
  readonly orders: readonly PlannedOrder[];
}

const behaviourStream = 1;
const productStream = 2;
const linesStream = 5;
const botStream = 6;
/** A shopping basket; the server takes up to 20 lines. */
const mostLines = 5;

/**
 * What the n-th arrival does; a function of scenario, seed and n alone. `crowd` stands in front of users and keys, so that
 * two runs against one sale are two crowds.
 */
export function planArrival(scenario: Scenario, seed: number, crowd: string, arrival: number): PlannedArrival {
  const buyer = arrival % scenario.buyers.count;
  const behaviour = behaviourOf(scenario, seed, buyer);
  const product = productOf(scenario.sale.products, chanceAt(seed, productStream, arrival));
  const address = addressOf(scenario, behaviour, seed, buyer);
  const order = (suffix: string, lines: readonly HistoryLine[]): PlannedOrder => ({
    userId: `${crowd}-u${buyer}`,
    key: `${crowd}-k${arrival}${suffix}`,
    lines,
    ...(address === null ? {} : { address }),
  });
  const single = order('', [{ productId: product.productId, quantity: 1 }]);
  switch (behaviour) {
    case 'plain':
    case 'retry':
    case 'waiting-room':
    case 'cancel':
    case 'slow':
      return { behaviour, orders: [single] };
    case 'double-click':
      return { behaviour, orders: [single, single] };
    case 'over-limit':
      return { behaviour, orders: ordersBeyondLimit(scenario.sale.products, product, order) };
    case 'several-lines': {
      const lines = severalLines(scenario.sale.products, product, chanceAt(seed, linesStream, arrival));
      return { behaviour, orders: [order('', lines)] };
    }
    case 'bot': {
      const { accounts } = (scenario.buyers.habits ?? loadDefaults.habits).bots;
      const played = Array.from({ length: accounts }, (_, n) => order(`-${n}`, single.lines));
      return { behaviour, orders: played.map((each, n) => ({ ...each, userId: `${each.userId}-${n}` })) };
    }
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

function severalLines(products: readonly ScenarioProduct[], first: ScenarioProduct, chance: number): HistoryLine[] {
  const most = Math.min(mostLines, products.length);
  const count = Math.min(most, 2 + Math.floor(chance * (most - 1)));
  const from = products.indexOf(first);
  return Array.from({ length: count }, (_, n) => products[(from + n) % products.length] ?? first).map(
    ({ productId }) => ({ productId, quantity: 1 }),
  );
}

/**
 * Addresses only matter where bots share some: then every buyer has one of 198.18.0.0/15, which RFC 2544 sets aside for
 * measurements, and the bots have a few of 198.51.100.0/24, which RFC 5737 sets aside for documents. A server believes them
 * where it trusts this machine as a proxy, and takes everybody for one neighbour where it does not.
 */
function addressOf({ buyers }: Scenario, behaviour: Behaviour, seed: number, buyer: number): string | null {
  if ((buyers.behaviours.bot ?? 0) <= 0) return null;
  if (behaviour !== 'bot') return `198.${18 + ((buyer >>> 16) & 1)}.${(buyer >>> 8) & 255}.${buyer & 255}`;
  const { addresses } = (buyers.habits ?? loadDefaults.habits).bots;
  return `198.51.100.${1 + Math.floor(chanceAt(seed, botStream, buyer) * addresses)}`;
}
