import type { Pool } from 'pg';
import type { Epoch, IdempotencyKey, OrderId, ProductId, SaleId, UserId } from '../../engine/domain/ids.ts';
import type { LedgerOrder, OrderEvent } from '../../engine/domain/ledger-facts.ts';
import type { OrderState, PricedLine } from '../../engine/domain/order.ts';
import { eventOf, lineOf, type OrderRow, orderOf } from './order-row.ts';
import { type DatabaseMoment, readMoment } from './read-pages.ts';
import { statement } from './sql-statement.ts';

const scanOrdersSql = statement('scan-orders');
const readLines = statement('read-lines');
const readEvents = statement('read-events');

/** The columns of scan-orders.sql. */
type ScanRow = [
  OrderId,
  SaleId,
  UserId,
  IdempotencyKey,
  OrderState,
  Epoch,
  string,
  boolean,
  number,
  number,
  number | null,
];

/** All orders of a sale (or of all), oldest first, of one moment. */
export function scanOrders(pool: Pool, saleId: SaleId | null, pageSize: number): AsyncIterable<readonly LedgerOrder[]> {
  return readMoment(pool, (moment) => pages(moment, saleId, pageSize));
}

async function* pages(
  moment: DatabaseMoment,
  saleId: SaleId | null,
  pageSize: number,
): AsyncGenerator<readonly LedgerOrder[]> {
  for await (const page of moment.pages<ScanRow>(scanOrdersSql, [saleId], pageSize)) {
    const rows = page.map(rowOf);
    const lines = await linesOf(moment, rows);
    const events = await eventsOf(moment, rows);
    yield rows.map((row) => orderOf(row, lines.get(row.order_id) ?? [], events.get(row.order_id) ?? []));
  }
}

function rowOf(columns: ScanRow): OrderRow {
  return {
    order_id: columns[0],
    sale_id: columns[1],
    user_id: columns[2],
    idempotency_key: columns[3],
    state: columns[4],
    epoch: columns[5],
    currency: columns[6],
    confirmed_on_record: columns[7],
    accepted_ms: columns[8],
    recorded_ms: columns[9],
    expires_ms: columns[10],
  };
}

async function linesOf(
  { client }: DatabaseMoment,
  orders: readonly OrderRow[],
): Promise<ReadonlyMap<OrderId, readonly PricedLine[]>> {
  const { rows } = await client.query<[OrderId, ProductId, number, string]>({
    ...readLines,
    values: [orders.map((order) => order.order_id)],
    rowMode: 'array',
  });
  return grouped(rows.map(([orderId, ...line]) => [orderId, lineOf(line)]));
}

async function eventsOf(
  { client }: DatabaseMoment,
  orders: readonly OrderRow[],
): Promise<ReadonlyMap<OrderId, readonly OrderEvent[]>> {
  // Whatever is still in its first state has none: most orders, and no look-up for them.
  const moved = orders.filter((row) => row.state !== (row.confirmed_on_record ? 'confirmed' : 'accepted'));
  if (moved.length === 0) return new Map();
  const { rows } = await client.query<[OrderId, OrderState, number, string | null]>({
    ...readEvents,
    values: [moved.map((order) => order.order_id)],
    rowMode: 'array',
  });
  return grouped(rows.map(([orderId, ...event]) => [orderId, eventOf(event)]));
}

function grouped<Item>(pairs: readonly (readonly [OrderId, Item])[]): ReadonlyMap<OrderId, readonly Item[]> {
  const groups = new Map<OrderId, Item[]>();
  for (const [orderId, item] of pairs) {
    const group = groups.get(orderId);
    if (group === undefined) groups.set(orderId, [item]);
    else group.push(item);
  }
  return groups;
}
