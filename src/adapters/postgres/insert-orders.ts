import type { PoolClient } from 'pg';
import type { OrderRecord } from '../../engine/domain/order.ts';
import { plainArray, textArray } from './array-literal.ts';
import { statement } from './sql-statement.ts';

const insertOrdersSql = statement('insert-orders');
const insertLinesSql = statement('insert-order-lines');

/** Writes orders that are not there yet, sorted by id by the caller. Returns those that were written. */
export async function insertOrders(
  client: PoolClient,
  orders: readonly OrderRecord[],
): Promise<readonly OrderRecord[]> {
  if (orders.length === 0) return [];
  const values = [
    plainArray(orders.map((order) => order.orderId)),
    plainArray(orders.map((order) => order.requestHash)),
    plainArray(orders.map((order) => order.acceptedAt)),
    plainArray(orders.map((order) => order.holdUntil)),
    plainArray(orders.map((order) => order.epoch)),
    textArray(orders.map((order) => order.saleId)),
    textArray(orders.map((order) => order.gateId)),
    textArray(orders.map((order) => order.currency)),
    textArray(orders.map((order) => order.userId)),
    textArray(orders.map((order) => order.idempotencyKey)),
    textArray(orders.map((order) => order.passId)),
  ];
  const { rows } = await client.query<{ inserted: number; ids: string[] | null }>({ ...insertOrdersSql, values });
  const ids = rows[0]?.ids;
  if (ids == null) return orders;
  const inserted = new Set<string>(ids);
  return orders.filter(({ orderId }) => inserted.has(orderId));
}

/** Writes the lines of orders that were just inserted. */
export async function insertLines(client: PoolClient, orders: readonly OrderRecord[]): Promise<void> {
  if (orders.length === 0) return;
  const lines = orders.flatMap(({ orderId, lines }) => lines.map((line) => ({ orderId, ...line })));
  const values = [
    plainArray(lines.map((line) => line.orderId)),
    textArray(lines.map((line) => line.productId)),
    plainArray(lines.map((line) => line.quantity)),
    plainArray(lines.map((line) => line.unitPriceMinor)),
  ];
  await client.query({ ...insertLinesSql, values });
}
