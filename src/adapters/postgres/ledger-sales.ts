import type { Pool } from 'pg';
import { type ConfigVersion, mainGate, type SaleId } from '../../engine/domain/ids.ts';
import type { SaleView } from '../../engine/domain/ledger-facts.ts';
import type { LedgerSales } from '../../engine/ports/ledger-sales.ts';
import { queryPool } from './query-pool.ts';
import { type SaleRow, viewOf } from './sale-row.ts';
import { saveSale } from './save-sale.ts';
import { statement } from './sql-statement.ts';
import { finishStockChange, pendingStockChanges, setTotal, totals } from './stock-totals.ts';

const readSales = statement('read-sales');
const readConfigVersion = statement('read-config-version');

/** Sales with their newest epochs at the main gate; all of them where `saleId` is null. */
export async function readSaleViews(
  pool: Pool,
  saleId: SaleId | null,
  timeoutMs?: number,
): Promise<readonly SaleView[]> {
  const { rows } = await queryPool<SaleRow>(pool, readSales, [saleId, mainGate], timeoutMs);
  return rows.map((row) => viewOf(row, mainGate));
}

/** The PostgreSQL ledger's part of sales, products and stock. */
export function ledgerSales(pool: Pool): LedgerSales {
  return {
    saveSale: (change, options) => saveSale(pool, change, options),
    sales: () => readSaleViews(pool, null),
    sale: async (saleId) => (await readSaleViews(pool, saleId))[0] ?? null,
    totals: (saleId) => totals(pool, saleId),
    setTotal: (saleId, productId, total, expectedVersion, actor) =>
      setTotal(pool, { saleId, productId, total, expectedVersion, actor }),
    pendingStockChanges: () => pendingStockChanges(pool),
    finishStockChange: (change, verdict, epoch) => finishStockChange(pool, change, verdict, epoch),
    async configVersion(saleId) {
      const { rows } = await queryPool<{ version: ConfigVersion }>(pool, readConfigVersion, [saleId]);
      return rows[0]?.version ?? null;
    },
  };
}
