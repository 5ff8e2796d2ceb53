import { chanceAt } from '../../load/seeded-chance.ts';

const shuffleStream = 13;

/** The same items in an order that the seed decides (Fisher and Yates). */
export function shuffled<Item>(items: readonly Item[], seed: number): readonly Item[] {
  const left = [...items];
  return items.flatMap((_, n) => left.splice(Math.floor(chanceAt(seed, shuffleStream, n) * left.length), 1));
}
