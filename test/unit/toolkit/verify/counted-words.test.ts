import { expect, test } from 'vitest';
import { countedWords } from '../../../../src/toolkit/verify/counted-words.ts';

test.each([
  [0, 'orders', '0 orders'],
  [1, 'orders', '1 order'],
  [1, 'products by counters and lines', '1 product by counters and lines'],
  [1, 'order ids recomputed', '1 order id recomputed'],
  [1, 'of these recovered', '1 of these recovered'],
  [1_000_000, 'orders', '1,000,000 orders'],
])('%d %s reads %s', (n, words, text) => {
  expect(countedWords(n, words)).toBe(text);
});
