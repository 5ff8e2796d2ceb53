import type { ConfigVersion, Epoch, ProductId, SaleId } from '../domain/ids.ts';
import type { PendingStockChange, ProductTotals, SaleView } from '../domain/ledger-facts.ts';
import type { SaleConfig } from '../domain/sale.ts';
import type { SaleChange } from '../domain/sale-change.ts';

export type SaveSaleResult =
  | { readonly kind: 'saved'; readonly config: SaleConfig; readonly created: boolean }
  /** `onlyNew` was asked for and the sale is there. */
  | { readonly kind: 'exists' }
  /** `onlyExisting` was asked for and there is none. */
  | { readonly kind: 'unknown_sale' }
  /** `why` reads as a sentence: a closed sale cannot be opened again, confirmation cannot change once orders exist ... */
  | { readonly kind: 'refused'; readonly why: string };

export type TotalResult =
  /** In the ledger now; the gate has to be told. */
  | { readonly kind: 'raised'; readonly totals: ProductTotals }
  /** A pending change was written: the gate first, then `finishStockChange`. */
  | { readonly kind: 'lowering'; readonly change: PendingStockChange }
  | { readonly kind: 'unchanged'; readonly totals: ProductTotals }
  /** Fewer than are held and sold. */
  | { readonly kind: 'refused'; readonly totals: ProductTotals }
  /** Somebody else changed it (or a lowering is pending): read again. */
  | { readonly kind: 'conflict' }
  | { readonly kind: 'unknown_product' };

/** Sales, products and stock. Each change by an operator leaves a row in admin_events (actor, action, before, after). */
export interface LedgerSales {
  saveSale(
    change: SaleChange,
    options: { readonly actor: string; readonly only?: 'new' | 'existing'; readonly newSecret: string },
  ): Promise<SaveSaleResult>;
  sales(): Promise<readonly SaleView[]>;
  sale(saleId: SaleId): Promise<SaleView | null>;
  /** Of one sale, or of all where `saleId` is null; a sale's products in its order. */
  totals(saleId: SaleId | null): Promise<readonly ProductTotals[]>;
  /** Sets the total if its version is still `expectedVersion`. */
  setTotal(
    saleId: SaleId,
    productId: ProductId,
    total: number,
    expectedVersion: number,
    actor: string,
  ): Promise<TotalResult>;
  pendingStockChanges(): Promise<readonly PendingStockChange[]>;
  /**
   * Ends a lowering. `applied`: the gate has the lower total, now the ledger gets it. `refused`: the gate had too few free
   * units; the old total gets a version of its own, so that a gate that took the lower one after all hears of it.
   * `epoch` is the one that the gate answered in. False where it is not the sale's newest any more, and nothing happens then:
   * a rebuild may have read the higher total, so the change stays pending and is put to the newest gate.
   */
  finishStockChange(change: PendingStockChange, verdict: 'applied' | 'refused', epoch: Epoch): Promise<boolean>;
  /** The newest configuration version that the ledger has, cheap to ask. */
  configVersion(saleId: SaleId): Promise<ConfigVersion | null>;
}
