import type { ClientBase, Pool } from 'pg';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { type Epoch, mainGate, type ProductId, type SaleId } from '../../engine/domain/ids.ts';
import type { PendingStockChange, ProductTotals } from '../../engine/domain/ledger-facts.ts';
import type { TotalResult } from '../../engine/ports/ledger-sales.ts';
import { queryPool } from './query-pool.ts';
import { statement } from './sql-statement.ts';
import { inTransaction } from './transaction.ts';

const readTotals = statement('read-totals');
const lockSale = statement('lock-sale');
const readNewestEpoch = statement('read-newest-epoch');
const lockProduct = statement('lock-product');
const readLockedProduct = statement('read-locked-product');
const setTotalSql = statement('set-total');
const addStockChange = statement('add-stock-change');
const readStockChanges = statement('read-stock-changes');
const removeStockChange = statement('remove-stock-change');
const addAdminEvent = statement('add-admin-event');

/** What read-totals.sql and read-locked-product.sql return. */
interface TotalsRow {
  readonly product_id: ProductId;
  readonly total: number;
  readonly held: number;
  readonly sold: number;
  readonly total_version: number;
}

function totalsOf(saleId: SaleId, row: TotalsRow): ProductTotals {
  const { product_id: productId, total, held, sold, total_version: totalVersion } = row;
  return { saleId, productId, total, held, sold, totalVersion };
}

/** Of all sales where `saleId` is null. */
export async function totals(pool: Pool, saleId: SaleId | null): Promise<readonly ProductTotals[]> {
  const { rows } = await queryPool<TotalsRow & { readonly sale_id: SaleId }>(pool, readTotals, [saleId]);
  return rows.map((row) => totalsOf(row.sale_id, row));
}

/** Raises a total at once, or writes a lowering that the gate has to decide (ports/ledger-sales.ts). */
export function setTotal(
  pool: Pool,
  wish: {
    readonly saleId: SaleId;
    readonly productId: ProductId;
    readonly total: number;
    readonly expectedVersion: number;
    readonly actor: string;
  },
): Promise<TotalResult> {
  const { saleId, productId, total } = wish;
  return inTransaction(pool, async (client): Promise<TotalResult> => {
    const row = await lock(client, saleId, productId);
    if (row === undefined) return { kind: 'unknown_product' };
    if (row.pending || row.total_version !== wish.expectedVersion) return { kind: 'conflict' };
    const before = totalsOf(saleId, row);
    if (total === before.total) return { kind: 'unchanged', totals: before };
    if (total < before.held + before.sold) return { kind: 'refused', totals: before };

    const totalVersion = before.totalVersion + 1;
    if (total < before.total) {
      await client.query({ ...addStockChange, values: [saleId, productId, total, totalVersion, wish.actor] });
      return { kind: 'lowering', change: { saleId, productId, total, totalVersion } };
    }
    await client.query({ ...setTotalSql, values: [saleId, productId, total, totalVersion] });
    await remember(client, wish.actor, 'total_raised', { saleId, productId }, before.total, total);
    return { kind: 'raised', totals: { ...before, total, totalVersion } };
  });
}

export async function pendingStockChanges(pool: Pool): Promise<readonly PendingStockChange[]> {
  const { rows } = await queryPool<TotalsRow & { readonly sale_id: SaleId }>(pool, readStockChanges);
  return rows.map((row) => ({
    saleId: row.sale_id,
    productId: row.product_id,
    total: row.total,
    totalVersion: row.total_version,
  }));
}

/** Ends a lowering (ports/ledger-sales.ts). The sale is locked, so that no newer epoch comes between look and commit. */
export function finishStockChange(
  pool: Pool,
  change: PendingStockChange,
  verdict: 'applied' | 'refused',
  epoch: Epoch,
): Promise<boolean> {
  const { saleId, productId, totalVersion } = change;
  return inTransaction(pool, async (client) => {
    await client.query({ ...lockSale, values: [saleId] });
    const newest = await client.query<{ epoch: Epoch }>({ ...readNewestEpoch, values: [saleId, mainGate] });
    if (newest.rows[0]?.epoch !== epoch) return false;
    const row = await lock(client, saleId, productId);
    const removed = await client.query<{ total: number; actor: string }>({
      ...removeStockChange,
      values: [saleId, productId, totalVersion],
    });
    const pending = removed.rows[0];
    // Ended before, by this caller or another: nothing is left to do.
    if (row === undefined || pending === undefined) return true;
    if (verdict === 'applied' && row.held + row.sold > pending.total) {
      throw new FluxError('ledger_conflict', `${productId} has more units held and sold than ${pending.total}`);
    }
    const [total, version] = verdict === 'applied' ? [pending.total, totalVersion] : [row.total, totalVersion + 1];
    await client.query({ ...setTotalSql, values: [saleId, productId, total, version] });
    const action = verdict === 'applied' ? 'total_lowered' : 'total_lowering_refused';
    await remember(client, pending.actor, action, { saleId, productId }, row.total, pending.total);
    return true;
  });
}

async function lock(
  client: ClientBase,
  saleId: SaleId,
  productId: ProductId,
): Promise<(TotalsRow & { readonly pending: boolean }) | undefined> {
  const locked = await client.query({ ...lockProduct, values: [saleId, productId] });
  // Made since that statement, it would be seen by the next one, but not be locked.
  if (locked.rowCount === 0) return undefined;
  const { rows } = await client.query<TotalsRow & { readonly pending: boolean }>({
    ...readLockedProduct,
    values: [saleId, productId],
  });
  return rows[0];
}

async function remember(
  client: ClientBase,
  actor: string,
  action: string,
  { saleId, productId }: { readonly saleId: SaleId; readonly productId: ProductId },
  before: number,
  after: number,
): Promise<void> {
  const values = [
    actor,
    action,
    `${saleId}/${productId}`,
    JSON.stringify({ total: before }),
    JSON.stringify({ total: after }),
  ];
  await client.query({ ...addAdminEvent, values });
}
