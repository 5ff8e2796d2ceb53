import { formatMoney } from '../../engine/domain/money.ts';
import { alignedTable } from '../command/aligned-table.ts';
import type { SaleAnswer } from './answers.ts';

const count = new Intl.NumberFormat('en');

/** All sales, one a line. */
export function salesText(sales: readonly SaleAnswer[]): string {
  if (sales.length === 0) return 'There is no sale yet.';
  return alignedTable(
    ['sale', 'state', 'gate', 'products', 'free', 'sold', 'rate'],
    sales.map((sale) => [
      sale.saleId,
      stateText(sale),
      sale.gate,
      count.format(sale.products.length),
      unitsText(sumOf(sale.products.map((product) => product.free))),
      unitsText(sumOf(sale.products.map((product) => product.sold))),
      rateText(sale),
    ]),
    { right: ['products', 'free', 'sold'] },
  );
}

/** One sale with its products. */
export function saleText(sale: SaleAnswer): string {
  const facts = [
    ['sale', sale.saleId],
    ['state', stateText(sale)],
    ['window', `${sale.opensAt ?? 'at once'} to ${sale.closesAt ?? 'open end'}`],
    ['confirmation', sale.confirmation === 'explicit' ? `explicit, within ${sale.holdSeconds} s` : 'on record'],
    ['rate', rateText(sale)],
    ['gate', sale.epoch === null ? sale.gate : `${sale.gate}, epoch ${sale.epoch}`],
  ].map(([name = '', value = '']) => `${`${name}:`.padEnd(14)}${value}`);
  const products = alignedTable(
    ['product', 'price', 'limit', 'total', 'free', 'held', 'sold'],
    sale.products.map((product) => [
      product.productId,
      product.priceMinor === null || product.currency === null
        ? '-'
        : formatMoney({ minor: BigInt(product.priceMinor), currency: product.currency }),
      unitsText(product.limitPerUser),
      ...[product.total, product.free, product.held, product.sold].map(unitsText),
    ]),
    { right: ['price', 'limit', 'total', 'free', 'held', 'sold'] },
  );
  return [...facts, '', products].join('\n');
}

function stateText({ state, openness, opensAt }: SaleAnswer): string {
  if (state === openness) return state;
  return opensAt === null ? `${openness} (${state})` : `${openness} until ${opensAt}`;
}

function rateText({ admissionRate }: SaleAnswer): string {
  return admissionRate === null ? 'no limit' : `${count.format(admissionRate)}/s`;
}

function unitsText(units: number | null): string {
  return units === null ? '-' : count.format(units);
}

/** Null as soon as one of them is not known. */
function sumOf(units: readonly (number | null)[]): number | null {
  return units.reduce((sum, unit) => (sum === null || unit === null ? null : sum + unit), 0);
}
