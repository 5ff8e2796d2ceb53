import { FluxError } from '../../engine/domain/flux-error.ts';
import { mainGate, type ProductId, type SaleId } from '../../engine/domain/ids.ts';
import type { PendingStockChange } from '../../engine/domain/ledger-facts.ts';
import { decideSaleChange, type SaleChange } from '../../engine/domain/sale-change.ts';
import type { LedgerSales, SaveSaleResult, TotalResult } from '../../engine/ports/ledger-sales.ts';
import { type LedgerState, productOf, type StoredProduct, totalsOf, viewOfSale } from './memory-ledger-state.ts';

/** The memory ledger's part of sales, products and stock. It keeps no admin_events: they would die with the process. */
export function memoryLedgerSales(state: LedgerState): LedgerSales {
  return {
    saveSale: async (change, options) => saveSale(state, change, options),
    sales: async () => [...state.sales.values()].map((sale) => viewOfSale(sale, mainGate)),
    async sale(saleId) {
      const sale = state.sales.get(saleId);
      return sale === undefined ? null : viewOfSale(sale, mainGate);
    },
    async totals(saleId) {
      return [...state.sales]
        .filter(([id]) => saleId === null || id === saleId)
        .flatMap(([id, { products }]) => [...products].map(([product, stored]) => totalsOf(id, product, stored)));
    },
    setTotal: async (saleId, productId, total, expectedVersion) =>
      setTotal(state, { saleId, productId, total, expectedVersion }),
    async pendingStockChanges() {
      const found: PendingStockChange[] = [];
      for (const sale of state.sales.values()) {
        for (const { pending } of sale.products.values()) if (pending !== null) found.push(pending);
      }
      return found;
    },
    async finishStockChange(change, verdict, epoch) {
      const newest = state.sales.get(change.saleId)?.epochs.get(mainGate)?.row.epoch;
      if (newest !== epoch) return false;
      const product = productOf(state, change.saleId, change.productId);
      // Finished before, by this caller or another: nothing is left to do.
      if (product?.pending?.totalVersion !== change.totalVersion) return true;
      const { total, totalVersion } = product.pending;
      if (verdict === 'applied') {
        if (product.held + product.sold > total) {
          throw new FluxError('ledger_conflict', `${change.productId} has more units held and sold than ${total}`);
        }
        product.total = total;
      }
      product.totalVersion = verdict === 'applied' ? totalVersion : totalVersion + 1;
      product.pending = null;
      return true;
    },
    configVersion: async (saleId) => state.sales.get(saleId)?.config.version ?? null,
  };
}

function saveSale(
  state: LedgerState,
  change: SaleChange,
  options: { readonly only?: 'new' | 'existing'; readonly newSecret: string },
): SaveSaleResult {
  const before = state.sales.get(change.saleId);
  if (options.only === 'new' && before !== undefined) return { kind: 'exists' };
  if (options.only === 'existing' && before === undefined) return { kind: 'unknown_sale' };
  const verdict = decideSaleChange(before?.config ?? null, change, before?.hasOrders ?? false);
  if (verdict.kind === 'refused') return verdict;
  const sale = before ?? {
    config: verdict.config,
    secret: options.newSecret,
    products: new Map<ProductId, StoredProduct>(),
    epochs: new Map(),
    room: null,
    hasOrders: false,
  };
  sale.config = verdict.config;
  for (const { productId } of verdict.config.products) {
    if (sale.products.has(productId)) continue;
    sale.products.set(productId, { total: 0, held: 0, sold: 0, totalVersion: 0, pending: null });
  }
  state.sales.set(change.saleId, sale);
  return { kind: 'saved', config: verdict.config, created: verdict.created };
}

function setTotal(
  state: LedgerState,
  wish: {
    readonly saleId: SaleId;
    readonly productId: ProductId;
    readonly total: number;
    readonly expectedVersion: number;
  },
): TotalResult {
  const { saleId, productId, total } = wish;
  const product = productOf(state, saleId, productId);
  if (product === undefined) return { kind: 'unknown_product' };
  if (product.pending !== null || product.totalVersion !== wish.expectedVersion) return { kind: 'conflict' };
  if (total === product.total) return { kind: 'unchanged', totals: totalsOf(saleId, productId, product) };
  if (total < product.held + product.sold) return { kind: 'refused', totals: totalsOf(saleId, productId, product) };
  const totalVersion = product.totalVersion + 1;
  if (total < product.total) {
    product.pending = { saleId, productId, total, totalVersion };
    return { kind: 'lowering', change: product.pending };
  }
  product.total = total;
  product.totalVersion = totalVersion;
  return { kind: 'raised', totals: totalsOf(saleId, productId, product) };
}
