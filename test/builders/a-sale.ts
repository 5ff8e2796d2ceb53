import type { ProductId } from '../../src/engine/domain/ids.ts';
import type { ProductTerms, SaleConfig } from '../../src/engine/domain/sale.ts';
import type { GateStock } from '../../src/engine/ports/gate.ts';
import { configVersion, productId, saleId } from './ids.ts';

const plain: SaleConfig = {
  saleId: saleId(),
  version: configVersion(1),
  state: 'open',
  opensAt: null,
  closesAt: null,
  confirmation: 'on_record',
  holdSeconds: 900,
  admissionRate: null,
  products: [],
};

/** An open sale in the making: `aSale().selling(10, 'ticket').with({ state: 'paused' })`. Each step makes a new one. */
export interface SaleBuilder {
  /** `quantity` units of a product, by default without a limit, at 10.00 EUR. */
  selling(quantity: number, product: string, terms?: Partial<ProductTerms>): SaleBuilder;
  with(fields: Partial<SaleConfig>): SaleBuilder;
  readonly config: SaleConfig;
  /** What a first rebuild would write: everything free, version 1 of each total. */
  readonly stock: readonly GateStock[];
}

export function aSale(config: SaleConfig = plain, stock: readonly GateStock[] = []): SaleBuilder {
  return {
    config,
    stock,
    selling(quantity, product, terms = {}) {
      const id: ProductId = productId(product);
      const newTerms = { productId: id, limitPerUser: null, priceMinor: 1000n, currency: 'EUR', ...terms };
      const others = config.products.filter((known) => known.productId !== id);
      const otherStock = stock.filter((known) => known.productId !== id);
      return aSale({ ...config, products: [...others, newTerms] }, [
        ...otherStock,
        { productId: id, total: quantity, totalVersion: 1, free: quantity },
      ]);
    },
    with: (fields) => aSale({ ...config, ...fields }, stock),
  };
}
