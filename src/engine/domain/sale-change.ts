import type { ConfigVersion, ProductId, SaleId } from './ids.ts';
import { type ProductTerms, type SaleConfig, saleLimits } from './sale.ts';

/** Fields to set; those left out keep their values, or get the defaults where the sale or product is new. */
export interface SaleChange {
  readonly saleId: SaleId;
  readonly state?: SaleConfig['state'];
  readonly opensAt?: SaleConfig['opensAt'];
  readonly closesAt?: SaleConfig['closesAt'];
  readonly confirmation?: SaleConfig['confirmation'];
  readonly holdSeconds?: number;
  readonly admissionRate?: number | null;
  readonly products?: readonly (Pick<ProductTerms, 'productId'> & Partial<ProductTerms>)[];
}

export type SaleChangeVerdict =
  | { readonly kind: 'save'; readonly config: SaleConfig; readonly created: boolean }
  /** `why` reads as a sentence. */
  | { readonly kind: 'refused'; readonly why: string };

/** What a sale and a product are where nobody said otherwise. */
export const saleDefaults = {
  state: 'scheduled',
  opensAt: null,
  closesAt: null,
  confirmation: 'on_record',
  /** Ten minutes: long enough to pay, short enough that units come back while the sale lasts. */
  holdSeconds: 600,
  admissionRate: null,
  limitPerUser: null,
  priceMinor: 0n,
  currency: 'EUR',
} as const satisfies Partial<SaleConfig> & Partial<ProductTerms>;

/**
 * What becomes of a sale's configuration by a change, or why it may not be. Products are never taken away: orders name them.
 * The version of a saved one is one more than before.
 */
export function decideSaleChange(before: SaleConfig | null, wish: SaleChange, hasOrders: boolean): SaleChangeVerdict {
  const config: SaleConfig = {
    saleId: wish.saleId,
    version: ((before?.version ?? 0) + 1) as ConfigVersion,
    state: wish.state ?? before?.state ?? saleDefaults.state,
    opensAt: wish.opensAt !== undefined ? wish.opensAt : (before?.opensAt ?? saleDefaults.opensAt),
    closesAt: wish.closesAt !== undefined ? wish.closesAt : (before?.closesAt ?? saleDefaults.closesAt),
    confirmation: wish.confirmation ?? before?.confirmation ?? saleDefaults.confirmation,
    holdSeconds: wish.holdSeconds ?? before?.holdSeconds ?? saleDefaults.holdSeconds,
    admissionRate:
      wish.admissionRate !== undefined ? wish.admissionRate : (before?.admissionRate ?? saleDefaults.admissionRate),
    products: mergeProducts(before?.products ?? [], wish.products ?? []),
  };
  const why = whyNot(before, config, hasOrders);
  return why === null ? { kind: 'save', config, created: before === null } : { kind: 'refused', why };
}

function whyNot(before: SaleConfig | null, after: SaleConfig, hasOrders: boolean): string | null {
  if (before?.state === 'closed' && after.state !== 'closed') return 'A closed sale cannot be opened again.';
  if (before !== null && before.state !== 'scheduled' && after.state === 'scheduled') {
    return 'A sale that has begun cannot be scheduled again; pause it.';
  }
  if (hasOrders && before !== null && before.confirmation !== after.confirmation) {
    return 'The confirmation of a sale cannot change once it has orders.';
  }
  if (after.opensAt !== null && after.closesAt !== null && after.closesAt <= after.opensAt) {
    return 'A sale has to close after it opens.';
  }
  if (after.products.length > saleLimits.products) return `A sale has at most ${saleLimits.products} products.`;
  return null;
}

function mergeProducts(
  before: readonly ProductTerms[],
  wished: readonly (Pick<ProductTerms, 'productId'> & Partial<ProductTerms>)[],
): readonly ProductTerms[] {
  const terms = new Map<ProductId, ProductTerms>(before.map((product) => [product.productId, product]));
  for (const wish of wished) {
    const known = terms.get(wish.productId);
    terms.set(wish.productId, {
      productId: wish.productId,
      limitPerUser:
        wish.limitPerUser !== undefined ? wish.limitPerUser : (known?.limitPerUser ?? saleDefaults.limitPerUser),
      priceMinor: wish.priceMinor ?? known?.priceMinor ?? saleDefaults.priceMinor,
      currency: wish.currency ?? known?.currency ?? saleDefaults.currency,
    });
  }
  return [...terms.values()];
}
