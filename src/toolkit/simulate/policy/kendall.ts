/**
 * Kendall's tau-b between two rankings of the same things: 1 where they agree, -1 where one is the other backwards, about 0 where
 * they have nothing to do with each other. Ties are taken out of the measure (M. Kendall, "The Treatment of Ties in Ranking
 * Problems", 1945). Exact, in O(n log n): the pairs that disagree are the swaps of a merge sort (W. Knight, "A Computer Method
 * for Calculating Kendall's Tau with Ungrouped Data", 1966). Values are only compared, so Infinity is one like any other.
 *
 * Null where it is not defined: of one thing alone, or where all are equal in one of the rankings.
 */
export function kendallTauB(x: Float64Array, y: Float64Array): number | null {
  const n = Math.min(x.length, y.length);
  const at = (values: Float64Array, index: number) => values[index] ?? 0;
  const byXThenY = (a: number, b: number) => order(at(x, a), at(x, b)) || order(at(y, a), at(y, b));
  const sorted = Array.from({ length: n }, (_, index) => index).sort(byXThenY);
  const yInOrderOfX = Float64Array.from(sorted, (index) => at(y, index));

  const pairs = pairsOf(n);
  const tiedInX = tiedPairs(n, (a, b) => at(x, sorted[a] ?? 0) === at(x, sorted[b] ?? 0));
  const tiedInBoth = tiedPairs(n, (a, b) => byXThenY(sorted[a] ?? 0, sorted[b] ?? 0) === 0);
  const swaps = sortCountingSwaps(yInOrderOfX);
  const tiedInY = tiedPairs(n, (a, b) => yInOrderOfX[a] === yInOrderOfX[b]);

  const agreeLessDisagree = pairs - tiedInX - tiedInY + tiedInBoth - 2 * swaps;
  // two roots: the product of two counts of pairs has more digits than a number
  const largest = Math.sqrt(pairs - tiedInX) * Math.sqrt(pairs - tiedInY);
  return largest === 0 ? null : Math.max(-1, Math.min(1, agreeLessDisagree / largest));
}

/**
 * The highest tau-b that order of arrival and order of winning can have, where `winners` of `n` win, no two at one moment, and
 * all others tie behind them: what a sale reaches that is strictly first come, first served. Null where nobody wins.
 */
export function highestTauB(n: number, winners: number): number | null {
  const pairs = pairsOf(n);
  const untied = pairs - pairsOf(n - winners);
  return untied === 0 ? null : Math.sqrt(untied / pairs);
}

const pairsOf = (n: number): number => (n * (n - 1)) / 2;

const order = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

/** Pairs within the runs of equals of a sorted list of `n`. */
function tiedPairs(n: number, isTied: (a: number, b: number) => boolean): number {
  let tied = 0;
  let run = 1;
  for (let index = 1; index <= n; index += 1) {
    if (index < n && isTied(index - 1, index)) run += 1;
    else {
      tied += pairsOf(run);
      run = 1;
    }
  }
  return tied;
}

/** Sorts in place, bottom up; gives back how many pairs stood the wrong way round. */
function sortCountingSwaps(values: Float64Array): number {
  const n = values.length;
  let [from, to]: [Float64Array, Float64Array] = [values, new Float64Array(n)];
  let swaps = 0;
  for (let width = 1; width < n; width *= 2) {
    for (let low = 0; low < n; low += 2 * width) {
      const middle = Math.min(low + width, n);
      const high = Math.min(low + 2 * width, n);
      let [left, right] = [low, middle];
      for (let put = low; put < high; put += 1) {
        const takesRight = left >= middle || (right < high && (from[right] ?? 0) < (from[left] ?? 0));
        if (takesRight && left < middle) swaps += middle - left;
        to[put] = from[takesRight ? right++ : left++] ?? 0;
      }
    }
    [from, to] = [to, from];
  }
  if (from !== values) values.set(from);
  return swaps;
}
