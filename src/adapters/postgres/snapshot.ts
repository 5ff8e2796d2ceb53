import type { Pool } from 'pg';
import { FluxError } from '../../engine/domain/flux-error.ts';
import {
  mainGate,
  type OrderId,
  type PassId,
  type ProductId,
  type RequestHash,
  type SaleId,
  type UserId,
} from '../../engine/domain/ids.ts';
import { isEnded, type OrderState } from '../../engine/domain/order.ts';
import { gateLimits, type SnapshotChunk } from '../../engine/ports/gate.ts';
import { queryPool } from './query-pool.ts';
import { type DatabaseMoment, readMoment } from './read-pages.ts';
import { configOf, roomOf, type SaleRow } from './sale-row.ts';
import { statement } from './sql-statement.ts';

const readSales = statement('read-sales');
const refreshStatistics = statement('refresh-statistics');
const readTotals = statement('read-totals');
const snapshotOrders = statement('snapshot-orders');
const snapshotBuyers = statement('snapshot-buyers');
const snapshotPasses = statement('snapshot-passes');

/** Ten times what 1,000,000 orders take on a disk that is awake. */
const statisticsMs = 3_000;

/** The sale as one moment of the database, in chunks (ports/ledger-fleet.ts). @throws FluxError `not_found` */
export async function* snapshot(pool: Pool, saleId: SaleId): AsyncGenerator<SnapshotChunk> {
  // A crowd writes 100,000 orders before PostgreSQL has counted any by itself (autovacuum_naptime): planned for the few of
  // before, buyers cost an index look-up for each order, four times as much as the join that they need. Without it a rebuild
  // only takes longer.
  await queryPool(pool, refreshStatistics, [], statisticsMs).catch(() => {});
  yield* readMoment(pool, (moment) => chunks(moment, saleId));
}

/** Orders of a sale that are joined and grouped without a disk: some 500,000; more of them take twice the time. */
const workMem = '64MB';

async function* chunks(moment: DatabaseMoment, saleId: SaleId): AsyncGenerator<SnapshotChunk> {
  await moment.client.query(`set local work_mem = '${workMem}'`);
  yield await head(moment, saleId);
  const { chunk } = gateLimits;
  for await (const rows of moment.pages<[OrderId, RequestHash, OrderState]>(snapshotOrders, [saleId], chunk)) {
    const orders = rows.map(([orderId, requestHash, state]) => ({ orderId, requestHash, ended: isEnded(state) }));
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
