import { describe, expect, it } from 'vitest';
import { saleLimits } from '../../../../src/engine/domain/sale.ts';
import { decideSaleChange } from '../../../../src/engine/domain/sale-change.ts';
import { productId, saleId } from '../../../builders/ids.ts';

const products = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => ({ productId: productId(`product-${from + n}`) }));

describe('a change of a sale', () => {
  it('is refused where the sale would have more products than servers keep, however few it adds', () => {
    const full = decideSaleChange(null, { saleId: saleId(), products: products(0, saleLimits.products) }, false);
    if (full.kind !== 'save') throw new Error(full.why);

    const again = decideSaleChange(full.config, { saleId: saleId(), products: products(0, 1) }, false);
    const more = decideSaleChange(
      full.config,
      { saleId: saleId(), products: products(saleLimits.products, saleLimits.products + 1) },
      false,
    );

    expect(again.kind).toBe('save');
    expect(more).toEqual({ kind: 'refused', why: 'A sale has at most 1000 products.' });
  });
});
