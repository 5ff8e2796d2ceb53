import type { ProductId, SaleId } from '../ids.ts';

/** One product in the ledger, counted twice: by its counters and by the lines of its orders. Whole units. */
export interface ProductCount {
  readonly saleId: SaleId;
  readonly productId: ProductId;
  readonly total: number;
  readonly held: number;
  readonly sold: number;
  readonly heldByLines: number;
  readonly soldByLines: number;
}

/** The same product at the gate. */
export interface GateCount {
  readonly productId: ProductId;
  readonly total: number;
  readonly free: number;
}
