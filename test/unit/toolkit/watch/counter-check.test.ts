import { describe, expect, it } from 'vitest';
import { type CounterVerdict, checkCounters } from '../../../../src/toolkit/watch/counter-check.ts';
import { type StatsWish, statsOf } from '../../../builders/watch-sightings.ts';

/** The verdict after readings a second apart. */
function verdictOf(...wishes: readonly StatsWish[]): CounterVerdict | undefined {
  let check: ReturnType<typeof checkCounters> | undefined;
  wishes.forEach((wish, second) => {
    const stats = statsOf(wish);
    const [sale] = stats.sales;
    if (sale) check = checkCounters(sale, stats.lag, second * 1_000, check);
  });
  return check?.verdict;
}

const times = (n: number, wish: StatsWish) => Array.from({ length: n }, () => wish);

describe('the counters', () => {
  it('hold when they are equal and nothing has moved between two readings', () => {
    expect(verdictOf({}, {})).toEqual({ kind: 'holds' });
  });

  it('are not called equal by one reading, nor while anything moves', () => {
    expect(verdictOf({})).toEqual({ kind: 'moving', units: 0 });
    expect(verdictOf({}, { free: 700 })).toEqual({ kind: 'moving', units: 0 });
    expect(verdictOf({ lag: [0, 3] }, { lag: [0, 3] })).toEqual({ kind: 'moving', units: 0 });
  });

  it('count the units that are on their way', () => {
    expect(verdictOf({ free: 700, sold: 250, held: 10 })).toEqual({ kind: 'moving', units: 40 });
  });

  it('differ where units stand nowhere for longer than anything takes', () => {
    const lost = { free: 700, sold: 297 };

    expect(verdictOf(...times(10, lost))).toEqual({ kind: 'moving', units: 3 });
    expect(verdictOf(...times(12, lost))).toEqual({ kind: 'differs', units: 3, productId: 'ticket', sinceMs: 1_000 });
  });

  it('differ also where there are units too many', () => {
    expect(verdictOf(...times(12, { free: 800, sold: 205 }))).toMatchObject({ kind: 'differs', units: -5 });
  });

  it('violate what no movement excuses, in the ledger or at the gate', () => {
    expect(verdictOf({ free: 0, sold: 1_001, lag: [5] })).toMatchObject({ kind: 'violated' });
    expect(verdictOf({ free: -1, sold: 1_000 })).toEqual({
      kind: 'violated',
      text: 'ticket is oversold: the gate has -1 free units',
    });
  });

  it('say nothing of a book that was not read', () => {
    expect(verdictOf({ sale: { gate: null } })).toMatchObject({ kind: 'unknown' });
    expect(verdictOf({ sale: { ledger: null } })).toMatchObject({ kind: 'unknown' });
    expect(verdictOf({ lag: null })).toMatchObject({ kind: 'unknown' });
  });
});
