import type { Behaviour } from './scenario-schema.ts';

/** When winners and losers of one product had come: how many in each slice of the plan. Plain values, to be added up. */
export interface ProductFairness {
  readonly winners: readonly number[];
  readonly losers: readonly number[];
}

export interface FairnessPart {
  readonly products: Readonly<Record<string, ProductFairness>>;
  /** Units of accepted orders, of all buyers and of bots. */
  readonly units: number;
  readonly unitsOfBots: number;
}

/** Slices of the plan: two buyers of one slice count as having come together. */
const slices = 1_000;

/** Who got a unit and who was told that nothing is left, by when they had come. */
export class FairnessBook {
  readonly #sliceMs: number;
  readonly #products = new Map<string, { readonly winners: Uint32Array; readonly losers: Uint32Array }>();
  #units = 0;
  #unitsOfBots = 0;

  constructor(planMs: number) {
    this.#sliceMs = Math.max(0.001, planMs / slices);
  }

  won(behaviour: Behaviour, lines: readonly Line[], arrivedMs: number): void {
    const units = lines.reduce((sum, { quantity }) => sum + quantity, 0);
    this.#units += units;
    if (behaviour === 'bot') this.#unitsOfBots += units;
    this.#count('winners', lines, arrivedMs);
  }

  soldOut(lines: readonly Line[], arrivedMs: number): void {
    this.#count('losers', lines, arrivedMs);
  }

  part(): FairnessPart {
    const products = [...this.#products].map(([productId, { winners, losers }]): [string, ProductFairness] => [
      productId,
      { winners: [...winners], losers: [...losers] },
    ]);
    return { products: Object.fromEntries(products), units: this.#units, unitsOfBots: this.#unitsOfBots };
  }

  /** Orders of several lines are left out: which of them was sold out, nobody says. */
  #count(side: 'winners' | 'losers', lines: readonly Line[], arrivedMs: number): void {
    const [line] = lines;
    if (line === undefined || lines.length > 1) return;
    let book = this.#products.get(line.productId);
    if (book === undefined) {
      book = { winners: new Uint32Array(slices), losers: new Uint32Array(slices) };
      this.#products.set(line.productId, book);
    }
    const slice = Math.min(slices - 1, Math.max(0, Math.floor(arrivedMs / this.#sliceMs)));
    book[side][slice] = (book[side][slice] ?? 0) + 1;
  }
}

interface Line {
  readonly productId: string;
  readonly quantity: number;
}

/** Null where there is nothing to compare: nobody lost, or nobody won. */
export interface Fairness {
  readonly firstCome: number | null;
  readonly botShare: number | null;
}

/**
 * How fair a sale was.
 *
 * `firstCome` is the chance that of a winner and a loser of one product, each taken at random, the winner had come first; a pair
 * of one slice counts half. It is Kendall's tau between coming and winning on another scale, (tau + 1) / 2 with tau over the
 * pairs that differ in both (Goodman and Kruskal's gamma, with ties in time as halves): the Mann-Whitney statistic.
 */
export function fairnessOf(parts: readonly FairnessPart[]): Fairness {
  let inOrder = 0;
  let pairs = 0;
  for (const productId of new Set(parts.flatMap(({ products }) => Object.keys(products)))) {
    const of = parts.flatMap(({ products }) => products[productId] ?? []);
    const winners = sum(of.map((each) => each.winners));
    const losers = sum(of.map((each) => each.losers));
    let winnersBefore = 0;
    for (const [slice, lost] of losers.entries()) {
      const won = winners[slice] ?? 0;
      inOrder += lost * (winnersBefore + won / 2);
      winnersBefore += won;
    }
    pairs += winnersBefore * losers.reduce((all, lost) => all + lost, 0);
  }
  const units = parts.reduce((all, part) => all + part.units, 0);
  const ofBots = parts.reduce((all, part) => all + part.unitsOfBots, 0);
  return { firstCome: pairs === 0 ? null : inOrder / pairs, botShare: units === 0 ? null : ofBots / units };
}

function sum(lists: readonly (readonly number[])[]): number[] {
  return Array.from({ length: slices }, (_, n) => lists.reduce((all, list) => all + (list[n] ?? 0), 0));
}
