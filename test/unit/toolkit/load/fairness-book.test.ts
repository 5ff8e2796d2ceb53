import { describe, expect, it } from 'vitest';
import { FairnessBook, fairnessOf } from '../../../../src/toolkit/load/fairness-book.ts';

const line = (productId = 'ticket', quantity = 1) => [{ productId, quantity }];

function bookOf(won: readonly number[], lost: readonly number[], productId?: string): FairnessBook {
  const book = new FairnessBook(1_000);
  for (const at of won) book.won('plain', line(productId), at);
  for (const at of lost) book.soldOut(line(productId), at);
  return book;
}

describe('first come, first served', () => {
  it.each([
    ['is 1 where every winner came before every loser', [10, 20], [30, 40], 1],
    ['is 0 where every winner came after every loser', [30, 40], [10, 20], 0],
    ['is a half where they came together', [10, 10], [10], 0.5],
    ['counts pairs, not buyers', [10, 50], [30], 0.5],
    ['says nothing where nobody lost', [10], [], null],
    ['says nothing where nobody won', [], [10], null],
  ])('%s', (_name, won, lost, expected) => {
    expect(fairnessOf([bookOf(won, lost).part()]).firstCome).toBe(expected);
  });

  it('is the share of pairs that counting them one by one gives', () => {
    const won = Array.from({ length: 40 }, (_, n) => (n * 37) % 500);
    const lost = Array.from({ length: 60 }, (_, n) => 200 + ((n * 53) % 700));
    const scores: number[] = won.flatMap((winner) =>
      lost.map((loser) => (winner < loser ? 1 : winner === loser ? 0.5 : 0)),
    );

    const expected = scores.reduce((sum, score) => sum + score, 0) / scores.length;

    expect(fairnessOf([bookOf(won, lost).part()]).firstCome).toBeCloseTo(expected, 10);
  });

  it('never compares a winner of one product with a loser of another', () => {
    const parts = [bookOf([10], [20], 'ticket').part(), bookOf([500], [], 'poster').part()];

    expect(fairnessOf(parts).firstCome).toBe(1);
  });

  it('adds processes up before it compares', () => {
    expect(fairnessOf([bookOf([10], []).part(), bookOf([], [5]).part()]).firstCome).toBe(0);
  });
});

describe('the share of bots', () => {
  it('counts units, not orders', () => {
    const book = new FairnessBook(1_000);
    book.won('bot', line('ticket', 3), 1);
    book.won('plain', line('ticket', 1), 1);

    expect(fairnessOf([book.part()]).botShare).toBe(0.75);
  });

  it('says nothing where no unit was sold', () => {
    expect(fairnessOf([new FairnessBook(1).part()]).botShare).toBeNull();
  });
});
