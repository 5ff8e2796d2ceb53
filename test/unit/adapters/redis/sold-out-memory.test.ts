import { describe, expect, it } from 'vitest';
import { createSoldOutMemory } from '../../../../src/adapters/redis/sold-out-memory.ts';
import type { HoldRequest } from '../../../../src/engine/domain/hold.ts';
import type { SaleId } from '../../../../src/engine/domain/ids.ts';
import { productId, saleId } from '../../../builders/ids.ts';

const soldOut = (product: string) => ({ kind: 'sold_out', productId: productId(product) }) as const;
const orderOf = (...products: string[]) =>
  ({
    lines: products.map((product) => ({ productId: productId(product), quantity: 1, unitPriceMinor: 100 })),
  }) as unknown as HoldRequest; // the rest of a request is not looked at

describe('what the gate said to be sold out', () => {
  it('covers an order as soon as one of its lines cannot be had', () => {
    const memory = createSoldOutMemory();

    memory.heard(saleId(), [{ kind: 'rebuilding' }, soldOut('ticket')]);

    expect(memory.covers(saleId(), orderOf('poster', 'ticket'))).toBe(true);
    expect(memory.covers(saleId(), orderOf('poster'))).toBe(false);
    expect(memory.covers('another' as SaleId, orderOf('ticket'))).toBe(false);
  });

  it('is forgotten for the whole sale when the gate wanted records', () => {
    const memory = createSoldOutMemory();
    memory.heard(saleId(), [soldOut('ticket'), soldOut('poster')]);

    memory.forget(saleId());

    expect(memory.covers(saleId(), orderOf('ticket', 'poster'))).toBe(false);
  });

  it('does not grow with the number of sales', () => {
    const memory = createSoldOutMemory();

    for (let n = 0; n < 1_001; n += 1) memory.heard(`sale-${n}` as SaleId, [soldOut('ticket')]);

    expect(memory.covers('sale-0' as SaleId, orderOf('ticket'))).toBe(false);
    expect(memory.covers('sale-1000' as SaleId, orderOf('ticket'))).toBe(true);
  });
});
