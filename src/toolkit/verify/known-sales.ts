import type { IdempotencyKey, OrderId, ProductId, SaleId, UserId } from '../../engine/domain/ids.ts';
import type { SaleView } from '../../engine/domain/ledger-facts.ts';
import { orderIdOf } from '../../engine/domain/order-id.ts';
import type { HistoryEntry } from '../history/history-entry.ts';
import type { IdDigest } from './books.ts';

/** The sales that are looked at, with what makes their order ids. */
export class KnownSales {
  readonly ids: readonly SaleId[];
  readonly #secrets: ReadonlyMap<string, string>;
  readonly #salesOfProduct = new Map<string, SaleId[]>();
  readonly #only: SaleId | null;
  readonly #digest: IdDigest;

  /** `only`: the one sale that is looked at; entries of others are passed over. */
  constructor(views: readonly SaleView[], only: SaleId | null, digest: IdDigest) {
    this.#secrets = new Map(views.map((view) => [view.config.saleId, view.orderIdSecret]));
    this.#only = only;
    this.#digest = digest;
    this.ids = views.map((view) => view.config.saleId).filter((saleId) => only === null || saleId === only);
    for (const { config } of views) {
      for (const { productId } of config.products) {
        const sales = this.#salesOfProduct.get(productId);
        if (sales) sales.push(config.saleId);
        else this.#salesOfProduct.set(productId, [config.saleId]);
      }
    }
  }

  looksAt(saleId: string): boolean {
    return this.#only === null || this.#only === saleId;
  }

  /** The sales that a request may have meant: the named one, or those of its product. */
  salesOf(entry: Pick<HistoryEntry, 'saleId' | 'lines'>): readonly string[] {
    if (entry.saleId !== undefined) return [entry.saleId];
    const product = entry.lines[0]?.productId;
    return (product === undefined ? undefined : this.#salesOfProduct.get(product)) ?? [];
  }

  /** The order id that the key makes in that sale; undefined where the ledger has no such sale. */
  orderIdOf(saleId: string, userId: string, key: string): OrderId | undefined {
    const secret = this.#secrets.get(saleId);
    // user and key are only hashed here, whatever they are
    return secret === undefined ? undefined : orderIdOf(secret, userId as UserId, key as IdempotencyKey, this.#digest);
  }

  has(saleId: string): boolean {
    return this.#secrets.has(saleId);
  }

  hasProduct(saleId: SaleId, productId: ProductId): boolean {
    return this.#salesOfProduct.get(productId)?.includes(saleId) ?? false;
  }
}
