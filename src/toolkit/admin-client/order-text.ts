import { formatMoney } from '../../engine/domain/money.ts';
import { alignedTable } from '../command/aligned-table.ts';
import type { OrderAnswer } from './answers.ts';

/** One order with its lines and its history. */
export function orderText(order: OrderAnswer): string {
  const facts = [
    ['order', order.orderId],
    ['sale', order.saleId],
    ['state', order.recorded ? order.state : `${order.state}, not yet recorded`],
    ['accepted', order.acceptedAt ?? '-'],
    ...(order.expiresAt === null ? [] : [['expires', order.expiresAt]]),
  ].map(([name = '', value = '']) => `${`${name}:`.padEnd(10)}${value}`);
  const lines = alignedTable(
    ['product', 'quantity', 'price'],
    order.lines.map(({ productId, quantity, unitPriceMinor }) => [
      productId,
      String(quantity),
      order.currency === null ? '-' : formatMoney({ minor: BigInt(unitPriceMinor), currency: order.currency }),
    ]),
    { right: ['quantity', 'price'] },
  );
  const history = order.history.map(
    ({ at, state, reason }) => `${at}  ${state}${reason === undefined ? '' : ` (${reason})`}`,
  );
  return [...facts, '', lines, '', ...history].join('\n');
}
