import type { Pool } from 'pg';
import { FluxError } from '../../engine/domain/flux-error.ts';
import {
  mainGate,
  type OrderId,
  type PassId,
  type ProductId,
  type SaleId,
  type UserId,
} from '../../engine/domain/ids.ts';
import { isEnded, type OrderState } from '../../engine/domain/order.ts';
import { gateLimits, type SnapshotChunk } from '../../engine/ports/gate.ts';
import { type DatabaseMoment, readMoment } from './read-pages.ts';
import { requestHashOf } from './request-hash.ts';
import { configOf, roomOf, type SaleRow } from './sale-row.ts';
import { statement } from './sql-statement.ts';

const readSales = statement('read-sales');
const readTotals = statement('read-totals');
const snapshotOrders = statement('snapshot-orders');
const snapshotBuyers = statement('snapshot-buyers');
const snapshotPasses = statement('snapshot-passes');

/** The sale as one moment of the database, in chunks (ports/ledger-fleet.ts). @throws FluxError `not_found` */
export function snapshot(pool: Pool, saleId: SaleId): AsyncIterable<SnapshotChunk> {
  return readMoment(pool, (moment) => chunks(moment, saleId));
}

async function* chunks(moment: DatabaseMoment, saleId: SaleId): AsyncGenerator<SnapshotChunk> {
  yield await head(moment, saleId);
  const { chunk } = gateLimits;
  for await (const rows of moment.pages<[OrderId, string, OrderState]>(snapshotOrders, [saleId], chunk)) {
    const orders = rows.map(([orderId, hash, state]) => ({
      orderId,
      requestHash: requestHashOf(hash),
      ended: isEnded(state),
    }));
    yield { kind: 'orders', orders };
  }
  for await (const rows of moment.pages<[UserId, ProductId, number]>(snapshotBuyers, [saleId], chunk)) {
    yield { kind: 'buyers', buyers: rows.map(([userId, productId, units]) => ({ userId, productId, units })) };
  }
  for await (const rows of moment.pages<[PassId, OrderId]>(snapshotPasses, [saleId], chunk)) {
    yield { kind: 'passes', passes: rows.map(([passId, orderId]) => ({ passId, orderId })) };
  }
}

async function head({ client }: DatabaseMoment, saleId: SaleId): Promise<SnapshotChunk> {
  const sales = await client.query<SaleRow>({ ...readSales, values: [saleId, mainGate] });
  const row = sales.rows[0];
  if (row === undefined) throw new FluxError('not_found', `the ledger has no sale ${saleId}`);
  const totals = await client.query<{
    product_id: ProductId;
    total: number;
    held: number;
    sold: number;
    total_version: number;
  }>({ ...readTotals, values: [saleId] });
  const stock = totals.rows.map(({ product_id: productId, total, held, sold, total_version: totalVersion }) => ({
    productId,
    total,
    totalVersion,
    free: total - held - sold,
  }));
  return { kind: 'head', config: configOf(row), stock, room: roomOf(row) };
}
