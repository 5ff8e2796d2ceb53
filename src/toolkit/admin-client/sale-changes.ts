import { FluxError } from '../../engine/domain/flux-error.ts';
import { parseMoney } from '../../engine/domain/money.ts';
import type { SaleChanges } from './change-sale.ts';

/** The flags of `sale set`, as they were typed. */
export interface SaleSetFlags {
  readonly rate?: string | undefined;
  readonly 'opens-at'?: string | undefined;
  readonly 'closes-at'?: string | undefined;
  readonly confirmation?: string | undefined;
  readonly 'hold-seconds'?: number | undefined;
  readonly limit?: readonly string[] | undefined;
  readonly price?: readonly string[] | undefined;
}

/**
 * Puts flags into a change of a sale.
 *
 * @throws FluxError `usage` for text that is no number, time or price, and where nothing is to be changed
 */
export function saleChangesFrom(flags: SaleSetFlags): SaleChanges {
  const products = productsFrom(flags);
  const changes: SaleChanges = {
    ...(flags.rate === undefined ? {} : { admissionRate: unlessNone(flags.rate, (text) => positive('--rate', text)) }),
    ...(flags['opens-at'] === undefined
      ? {}
      : { opensAt: unlessNone(flags['opens-at'], (text) => time('--opens-at', text)) }),
    ...(flags['closes-at'] === undefined
      ? {}
      : { closesAt: unlessNone(flags['closes-at'], (text) => time('--closes-at', text)) }),
    ...(flags.confirmation === undefined ? {} : { confirmation: flags.confirmation }),
    ...(flags['hold-seconds'] === undefined ? {} : { holdSeconds: flags['hold-seconds'] }),
    ...(products.length === 0 ? {} : { products }),
  };
  if (Object.keys(changes).length === 0) {
    throw new FluxError('usage', 'nothing is to be changed', { hint: 'fluxgate sale set --help' });
  }
  return changes;
}

type ProductChange = NonNullable<SaleChanges['products']>[number];

function productsFrom(flags: SaleSetFlags): readonly ProductChange[] {
  const products = new Map<string, ProductChange>();
  const add = (flag: string, typed: string, read: (text: string) => Omit<ProductChange, 'productId'>): void => {
    // The last one: a product id may contain an equals sign, a limit or a price may not.
    const at = typed.lastIndexOf('=');
    if (at < 1) throw new FluxError('usage', `${flag} ${typed} is not PRODUCT=VALUE`);
    const productId = typed.slice(0, at);
    products.set(productId, { ...products.get(productId), productId, ...read(typed.slice(at + 1)) });
  };
  for (const typed of flags.limit ?? [])
    add('--limit', typed, (text) => ({ limitPerUser: unlessNone(text, (number) => whole('--limit', number)) }));
  for (const typed of flags.price ?? []) add('--price', typed, (text) => priceFrom('--price', text));
  return [...products.values()];
}

function unlessNone<Value>(text: string, read: (text: string) => Value): Value | null {
  return text === 'none' ? null : read(text);
}

function positive(flag: string, text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new FluxError('usage', `${flag} takes a number above 0 or none, not ${text}`);
}

function whole(flag: string, text: string): number {
  const number = positive(flag, text);
  if (Number.isSafeInteger(number)) return number;
  throw new FluxError('usage', `${flag} takes whole units, not ${text}`);
}

function time(flag: string, text: string): string {
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return new Date(at).toISOString();
  throw new FluxError('usage', `${flag} takes a time like 2026-11-27T08:00:00Z or none, not ${text}`);
}

/** @throws FluxError `usage` for what is no amount of money, like 49.00EUR */
export function priceFrom(flag: string, text: string): { readonly priceMinor: number; readonly currency: string } {
  const money = parseMoney(text);
  if (money === undefined) throw new FluxError('usage', `${flag} takes an amount like 49.00EUR, not ${text}`);
  return { priceMinor: Number(money.minor), currency: money.currency };
}
