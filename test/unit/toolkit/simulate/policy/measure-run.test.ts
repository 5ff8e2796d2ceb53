import { describe, expect, it } from 'vitest';
import type { OrderId } from '../../../../../src/engine/domain/ids.ts';
import type { OrderState } from '../../../../../src/engine/domain/order.ts';
import { CrowdBook } from '../../../../../src/toolkit/simulate/policy/crowd-book.ts';
import { measureRun } from '../../../../../src/toolkit/simulate/policy/measure-run.ts';
import type { CrowdRun } from '../../../../../src/toolkit/simulate/policy/run-crowd.ts';

/** Four buyers a second apart; a sale of two units. */
function aRun(states: readonly (readonly [string, OrderState])[], more: Partial<CrowdRun> = {}): CrowdRun {
  const book = new CrowdBook();
  for (const [nth, user] of ['ann', 'bob', 'cem', 'dan'].entries()) book.arrived(user, nth * 1_000);
  return {
    ...{ book, isCutOff: false, broken: null, steps: 0 },
    states: new Map(states.map(([id, state]) => [id as OrderId, state])),
    ...more,
  };
}

const of = { stock: 2, hardStopSeconds: 100 };

function accept({ book }: CrowdRun, userId: string, orderId: string, atMs: number, units = 1): void {
  book.heard(userId, 'accepted', atMs);
  book.accepted.set(orderId as OrderId, { acceptedMs: atMs, units });
}

describe('what a sale comes to', () => {
  it('is sold out with the last unit that stayed', () => {
    const run = aRun([
      ['a', 'expired'],
      ['b', 'confirmed'],
      ['c', 'confirmed'],
    ]);
    accept(run, 'ann', 'a', 500);
    accept(run, 'bob', 'b', 1_500);
    accept(run, 'cem', 'c', 4_000);
    run.book.heard('dan', 'sold_out', 3_500);

    const { measured, curves } = measureRun(run, of);

    expect(measured).toMatchObject({ sellOutSeconds: 4, goodputPerSecond: 0.5, unitsSold: 1 });
    // bins are a 2,000th of the hard stop: 50 ms
    expect([...curves.units.entries()].filter(([, n]) => n > 0)).toEqual([
      [30, 1],
      [80, 1],
    ]);
  });

  it('has no moment of selling out where a unit is left', () => {
    const run = aRun([['a', 'accepted']]);
    accept(run, 'ann', 'a', 2_000);

    expect(measureRun(run, of).measured).toMatchObject({ sellOutSeconds: null, goodputPerSecond: 0.5, unitsSold: 0.5 });
  });

  it('counts a win from the first yes, whatever became of the order', () => {
    const run = aRun([]);
    accept(run, 'bob', 'b', 1_200);
    run.book.heard('bob', 'duplicate', 9_000);
    accept(run, 'ann', 'a', 3_000);

    const { measured, curves } = measureRun(run, of);

    // ann came first and won second: of six pairs one is the wrong way round, and one ties
    expect(measured.fairness).toBeCloseTo((4 - 1) / Math.sqrt(6 * 5), 12);
    expect(measured.firstCome).toBeCloseTo(3 / 5, 12);
    expect(measured).toMatchObject({ yesP50Seconds: 0.2, yesP95Seconds: 3 });
    expect(curves.won.reduce((sum, n) => sum + n, 0)).toBe(2);
    expect(curves.came.reduce((sum, n) => sum + n, 0)).toBe(4);
  });

  it('waits for no until the last no, unless a yes came', () => {
    const run = aRun([]);
    run.book.heard('ann', 'sold_out', 1_000);
    run.book.heard('ann', 'sold_out', 7_000);
    run.book.heard('bob', 'sold_out', 2_000);
    accept(run, 'bob', 'b', 5_000);
    run.book.leftTheRoom('cem', 2_500);

    expect(measureRun(run, of).measured).toMatchObject({ noP50Seconds: 0.5, noP95Seconds: 7 });
  });

  it('takes whoever heard only that nobody knows for unanswered, and a ticket for an answer', () => {
    const run = aRun([]);
    run.book.heard('ann', 'rebuilding', 100);
    run.book.heard('ann', 'unknown', 200);
    run.book.heard('bob', 'timeout', 1_200);
    run.book.heard('bob', 'sold_out', 1_300);
    run.book.heard('cem', 'waiting', 2_100);
    // dan hears nothing at all

    expect(measureRun(run, of).measured.unanswered).toBe(0.5);
  });

  it('says how many of those who came to pay were too late, and nothing where nobody has to', () => {
    const run = aRun([]);
    run.book.confirmed = 4;
    run.book.tooLate = 1;
    run.book.requests = 10;

    expect(measureRun(run, of).measured).toMatchObject({ paidTooLate: 0.25, requestsPerBuyer: 2.5 });
    expect(measureRun(aRun([]), of).measured.paidTooLate).toBeNull();
  });

  it('has nothing to say of fairness and waits where nobody won', () => {
    expect(measureRun(aRun([]), of).measured).toMatchObject({
      ...{ fairness: null, firstCome: null, yesP50Seconds: null, noP95Seconds: null },
      ...{ goodputPerSecond: null, unitsSold: 0, unanswered: 1 },
    });
  });
});
