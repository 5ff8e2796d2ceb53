import type { HoldOutcome, HoldRequest } from '../../engine/domain/hold.ts';
import type { ProductId, SaleId } from '../../engine/domain/ids.ts';

/** Sales that are remembered: more than a server sells at once. Whoever is forgotten pays for one batch of records. */
const mostSales = 1_000;

/**
 * What a gate said last: of which products nothing is left. Orders of those go to it without their records, which only a hold
 * needs: a third of what a refusal costs a server beyond its HTTP. A guess, never an answer: the gate decides every order, and
 * asks for the records where the guess was wrong.
 */
export interface SoldOutMemory {
  /** Whether this order will most likely be refused. */
  covers(saleId: SaleId, request: HoldRequest): boolean;
  heard(saleId: SaleId, outcomes: readonly HoldOutcome[]): void;
  /** Of this sale something can be had again. */
  forget(saleId: SaleId): void;
}

export function createSoldOutMemory(): SoldOutMemory {
  const products = new Map<SaleId, Set<ProductId>>();
  return {
    covers(saleId, { lines }) {
      const gone = products.get(saleId);
      return gone !== undefined && lines.some(({ productId }) => gone.has(productId));
    },
    heard(saleId, outcomes) {
      for (const outcome of outcomes) {
        if (outcome.kind !== 'sold_out') continue;
        const gone = products.get(saleId);
        if (gone !== undefined)
          gone.add(outcome.productId); // at most as many as the sale has
        else {
          if (products.size >= mostSales) products.clear();
          products.set(saleId, new Set([outcome.productId]));
        }
      }
    },
    forget(saleId) {
      products.delete(saleId);
    },
  };
}
