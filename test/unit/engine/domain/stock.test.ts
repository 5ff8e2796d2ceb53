import { describe, expect, it } from 'vitest';
import { decideTotal, noStock } from '../../../../src/engine/domain/stock.ts';

const stock = { total: 10, totalVersion: 3, free: 4 };

describe('a new total', () => {
  it('raises free stock by the difference', () => {
    expect(decideTotal(stock, 15, 4)).toEqual({
      kind: 'applied',
      stock: { total: 15, totalVersion: 4, free: 9 },
    });
  });

  it('lowers free stock to nothing and no further', () => {
    expect(decideTotal(stock, 6, 4)).toEqual({ kind: 'applied', stock: { total: 6, totalVersion: 4, free: 0 } });
    expect(decideTotal(stock, 5, 4)).toEqual({ kind: 'insufficient', free: 4 });
  });

  it('is not taken where its version is not newer', () => {
    expect(decideTotal(stock, 15, 3)).toEqual({ kind: 'not_newer' });
    expect(decideTotal(stock, 15, 2)).toEqual({ kind: 'not_newer' });
  });

  it('is all free where the product is new', () => {
    expect(decideTotal(noStock, 7, 1)).toEqual({ kind: 'applied', stock: { total: 7, totalVersion: 1, free: 7 } });
  });
});
