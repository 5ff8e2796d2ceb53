import type { ProductId } from './ids.ts';

/** The units of one product at the gate. */
export interface Stock {
  readonly total: number;
  /** Only a newer version of the total is taken. */
  readonly totalVersion: number;
  readonly free: number;
}

/** A product before its first total. */
export const noStock: Stock = { total: 0, totalVersion: 0, free: 0 };

export type TotalDecision =
  | { readonly kind: 'applied'; readonly stock: Stock }
  | { readonly kind: 'not_newer' }
  | { readonly kind: 'insufficient'; readonly free: number };

/** Those totals of the ledger that the gate does not have yet: raised while nobody could tell it. */
export function totalsNotAtGate<Totals extends VersionedTotal>(
  totals: readonly Totals[],
  atGate: readonly VersionedTotal[],
): readonly Totals[] {
  const versions = new Map(atGate.map(({ productId, totalVersion }) => [productId, totalVersion]));
  return totals.filter(({ productId, totalVersion }) => (versions.get(productId) ?? -1) < totalVersion);
}

interface VersionedTotal {
  readonly productId: ProductId;
  readonly totalVersion: number;
}

/** free += total - the total so far, only for a newer version and only as far as free units reach. */
export function decideTotal(stock: Stock, total: number, totalVersion: number): TotalDecision {
  if (totalVersion <= stock.totalVersion) return { kind: 'not_newer' };
  const free = stock.free + total - stock.total;
  if (free < 0) return { kind: 'insufficient', free: stock.free };
  return { kind: 'applied', stock: { total, totalVersion, free } };
}
