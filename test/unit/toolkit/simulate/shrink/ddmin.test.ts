import { expect, test } from 'vitest';
import { ddmin } from '../../../../../src/toolkit/simulate/shrink/ddmin.ts';

function smallest(all: readonly number[], isBroken: (rest: readonly number[]) => boolean) {
  const search = ddmin(all);
  let questions = 0;
  let step = search.next();
  while (!step.done) {
    questions += 1;
    step = search.next(isBroken(step.value));
  }
  return { rest: step.value, questions };
}

const hundred = Array.from({ length: 100 }, (_, nth) => nth);

test('finds the two of a hundred that matter in far fewer questions than there are', () => {
  const { rest, questions } = smallest(hundred, (some) => some.includes(17) && some.includes(90));

  expect(rest).toEqual([17, 90]);
  expect(questions).toBeLessThan(60);
});

test('leaves everything where everything matters, and asks nothing of an empty list', () => {
  expect(smallest([1, 2, 3], (some) => some.length === 3).rest).toEqual([1, 2, 3]);
  expect(smallest([], () => true)).toEqual({ rest: [], questions: 0 });
});

test('goes back to an item that could not go before others had gone', () => {
  // 1 may only leave once 4 has left
  const { rest } = smallest([1, 2, 3, 4], (some) => some.includes(2) && (some.includes(1) || !some.includes(4)));

  expect(rest).toEqual([2]);
});
