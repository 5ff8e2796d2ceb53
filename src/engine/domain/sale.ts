import type { ConfigVersion, ProductId, SaleId } from './ids.ts';
import type { Instant } from './time.ts';

export const saleStates = ['scheduled', 'open', 'paused', 'closed'] as const;
export type SaleState = (typeof saleStates)[number];

/** `on_record`: recorded means confirmed. `explicit`: held until somebody confirms or the hold's deadline passes. */
export const confirmations = ['on_record', 'explicit'] as const;
export type Confirmation = (typeof confirmations)[number];

/** What a buyer may take of one product, and what it costs. Stock itself is not configuration. */
export interface ProductTerms {
  readonly productId: ProductId;
  /** Units one buyer may hold at most over all orders; null where there is no limit. */
  readonly limitPerUser: number | null;
  readonly priceMinor: bigint;
  /** ISO 4217. */
  readonly currency: string;
}

/** The configuration of a sale. The ledger has it first, the gate answers `stale_config` to any other version. */
export interface SaleConfig {
  readonly saleId: SaleId;
  readonly version: ConfigVersion;
  readonly state: SaleState;
  readonly opensAt: Instant | null;
  readonly closesAt: Instant | null;
  readonly confirmation: Confirmation;
  /** How long an `explicit` order waits for its confirmation. */
  readonly holdSeconds: number;
  /** Orders admitted a second; null where everybody is admitted at once. */
  readonly admissionRate: number | null;
  readonly products: readonly ProductTerms[];
}

/** What configuration and clock together say. Only `open` takes orders. */
export type Openness =
  | { readonly kind: 'open' }
  | { readonly kind: 'scheduled'; readonly opensAt: Instant | null }
  | { readonly kind: 'paused' }
  | { readonly kind: 'closed' };

/** Whether the sale takes orders at `now`: the state first, then the window. A scheduled sale opens by itself at `opensAt`. */
export function opennessAt(sale: Pick<SaleConfig, 'state' | 'opensAt' | 'closesAt'>, now: Instant): Openness {
  if (sale.state === 'closed' || (sale.closesAt !== null && now >= sale.closesAt)) return { kind: 'closed' };
  if (sale.state === 'paused') return { kind: 'paused' };
  if (sale.state === 'scheduled' && sale.opensAt === null) return { kind: 'scheduled', opensAt: null };
  if (sale.opensAt !== null && now < sale.opensAt) return { kind: 'scheduled', opensAt: sale.opensAt };
  return { kind: 'open' };
}

/** Bounds of a sale's configuration. Each is far above what a sale needs and far below what would hurt the gate. */
export const saleLimits = {
  /** Every product is in each server's memory and in each configuration message. */
  products: 1_000,
  /** Fits a signed 32-bit column with room for sums in 64 bits. */
  quantity: 1_000_000_000,
  holdSeconds: { min: 1, max: 7 * 24 * 3600 },
  /** Above this a sale has no need of a waiting room. */
  admissionRate: 1_000_000,
} as const;
