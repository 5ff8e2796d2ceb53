/**
 * Leaves out as much of a list as it can while the answer to what is left stays yes: each list that it gives is a question.
 * What it ends with is 1-minimal: the answer was no for it without any single one of its items. Delta debugging (Zeller and
 * Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 2002), with complements only, halves first.
 */
export function* ddmin<Item>(all: readonly Item[]): Generator<readonly Item[], readonly Item[], boolean> {
  let rest = all;
  let size = rest.length;
  while (rest.length > 0) {
    let isSmaller = false;
    for (let from = 0; from < rest.length; ) {
      const without = [...rest.slice(0, from), ...rest.slice(from + size)];
      if (yield without) {
        rest = without;
        isSmaller = true;
      } else from += size;
    }
    if (size === 1 && !isSmaller) break;
    size = Math.ceil(Math.min(size, rest.length) / 2);
  }
  return rest;
}
