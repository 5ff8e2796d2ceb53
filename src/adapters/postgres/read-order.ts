import type { ClientBase, Pool } from 'pg';
import type { OrderId } from '../../engine/domain/ids.ts';
import type { LedgerOrder } from '../../engine/domain/ledger-facts.ts';
import { type EventJson, eventOf, type LineJson, lineOf, type OrderRow, orderOf } from './order-row.ts';
import { statement } from './sql-statement.ts';

const readOrderSql = statement('read-order');

type FullRow = OrderRow & { readonly lines: readonly LineJson[] | null; readonly events: readonly EventJson[] | null };

/** One order with lines and history; null where the ledger has none. Throws what pg throws. */
export async function readOrder(from: Pool | ClientBase, orderId: OrderId): Promise<LedgerOrder | null> {
  const { rows } = await from.query<FullRow>({ ...readOrderSql, values: [orderId] });
  const row = rows[0];
  return row === undefined ? null : orderOf(row, (row.lines ?? []).map(lineOf), (row.events ?? []).map(eventOf));
}
