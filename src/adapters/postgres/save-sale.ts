import type { ClientBase, Pool } from 'pg';
import { mainGate, type SaleId } from '../../engine/domain/ids.ts';
import type { SaleConfig } from '../../engine/domain/sale.ts';
import { decideSaleChange, type SaleChange } from '../../engine/domain/sale-change.ts';
import type { LedgerSales, SaveSaleResult } from '../../engine/ports/ledger-sales.ts';
import { configOf, type SaleRow } from './sale-row.ts';
import { statement } from './sql-statement.ts';
import { inTransaction } from './transaction.ts';

const lockSale = statement('lock-sale');
const readSales = statement('read-sales');
const insertSale = statement('insert-sale');
const saveSaleSql = statement('save-sale');
const saveProducts = statement('save-products');
const hasOrdersSql = statement('has-orders');
const addAdminEvent = statement('add-admin-event');

/** Saves a change of a sale's configuration (ports/ledger-sales.ts); changes of one sale follow each other. */
export function saveSale(
  pool: Pool,
  change: SaleChange,
  options: Parameters<LedgerSales['saveSale']>[1],
): Promise<SaveSaleResult> {
  const { saleId } = change;
  return inTransaction(
    pool,
    async (client): Promise<SaveSaleResult> => {
      const made = options.only !== 'existing' && (await insert(client, saleId, options.newSecret));
      if (!made && options.only === 'new') return { kind: 'exists' };
      const { rowCount } = await client.query({ ...lockSale, values: [saleId] });
      if (rowCount === 0) return { kind: 'unknown_sale' };

      const before = made ? null : await readConfig(client, saleId);
      const verdict = decideSaleChange(before, change, await hasOrders(client, before, change));
      if (verdict.kind === 'refused') return verdict;
      await write(client, verdict.config);
      await client.query({
        ...addAdminEvent,
        values: [options.actor, made ? 'sale_created' : 'sale_changed', saleId, jsonOf(before), jsonOf(verdict.config)],
      });
      return { kind: 'saved', config: verdict.config, created: verdict.created };
    },
    { commitIf: ({ kind }) => kind === 'saved' },
  );
}

async function insert(client: ClientBase, saleId: SaleId, secret: string): Promise<boolean> {
  const { rowCount } = await client.query({ ...insertSale, values: [saleId, secret] });
  return rowCount === 1;
}

async function readConfig(client: ClientBase, saleId: SaleId): Promise<SaleConfig | null> {
  const { rows } = await client.query<SaleRow>({ ...readSales, values: [saleId, mainGate] });
  return rows[0] === undefined ? null : configOf(rows[0]);
}

/** Asked only where the answer decides: it reads the whole table where the sale has none. */
async function hasOrders(client: ClientBase, before: SaleConfig | null, change: SaleChange): Promise<boolean> {
  if (before === null || change.confirmation === undefined || change.confirmation === before.confirmation) return false;
  const { rows } = await client.query<{ found: boolean }>({ ...hasOrdersSql, values: [change.saleId] });
  return rows[0]?.found ?? false;
}

async function write(client: ClientBase, config: SaleConfig): Promise<void> {
  const { saleId, version, state, opensAt, closesAt, confirmation, holdSeconds, admissionRate, products } = config;
  await client.query({
    ...saveSaleSql,
    values: [saleId, version, state, opensAt, closesAt, confirmation, holdSeconds, admissionRate],
  });
  await client.query({
    ...saveProducts,
    values: [
      saleId,
      products.map(({ productId }) => productId),
      products.map(({ limitPerUser }) => limitPerUser),
      products.map(({ priceMinor }) => priceMinor.toString()),
      products.map(({ currency }) => currency),
    ],
  });
}

function jsonOf(config: SaleConfig | null): string | null {
  if (config === null) return null;
  return JSON.stringify(config, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}
