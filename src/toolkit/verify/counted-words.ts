const format = new Intl.NumberFormat('en');

/**
 * `1 order in the ledger`, `1,000 orders in the ledger`: a number and what it counts. `words` are for many; for one the
 * first word that ends in s loses it.
 */
export function countedWords(n: number, words: string): string {
  return `${format.format(n)} ${n === 1 ? words.replace(/s\b/, '') : words}`;
}
