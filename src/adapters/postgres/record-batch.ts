import type { Pool, PoolClient } from 'pg';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { Epoch, GateId, OrderId, SaleId } from '../../engine/domain/ids.ts';
import { markerKey, splitLate } from '../../engine/domain/late-records.ts';
import type { OrderRecord } from '../../engine/domain/order.ts';
import type { RecordBatch, RecordResult } from '../../engine/ports/ledger-orders.ts';
import { brokenRule } from './broken-rule.ts';
import { insertLines, insertOrders } from './insert-orders.ts';
import { statement } from './sql-statement.ts';
import { inTransaction } from './transaction.ts';

const lockLogPosition = statement('lock-log-position');
const addLogPosition = statement('add-log-position');
const moveLogPosition = statement('move-log-position');
const readRecordContext = statement('read-record-context');
const countUnits = statement('count-units');
const readProductVersion = statement('read-product-version');
const saveMarker = statement('save-marker');

/** One conflict is one transaction of somebody else that went through; far more than there are partitions. */
const conflictLimit = 200;

/**
 * Records a batch (ports/ledger-orders.ts). What is locked, in this order by everybody: the partition's position, orders by
 * id, products by sale and id. Products are not read under lock: their version decides.
 */
export async function recordBatch(pool: Pool, batch: RecordBatch): Promise<RecordResult> {
  try {
    return await inTransaction(pool, (client) => recordIn(client, batch), {
      commitIf: ({ kind }) => kind === 'recorded',
    });
  } catch (error) {
    const rule = brokenRule(error);
    if (rule !== undefined) return { kind: 'refused', rule };
    throw error;
  }
}

async function recordIn(client: PoolClient, batch: RecordBatch): Promise<RecordResult> {
  const position = [batch.groupId, batch.partition];
  const locked = await client.query({ ...lockLogPosition, values: position });
  if (locked.rowCount === 0) {
    await client.query({ ...addLogPosition, values: position });
    await client.query({ ...lockLogPosition, values: position });
  }

  const known = await readContext(client, batch);
  const { orders, late, markers } = splitLate(batch.entries, known.markers);
  const inserted = await insertOrders(client, sortedOnce(orders));
  await insertLines(client, inserted);
  for (const units of unitsOf(inserted)) {
    const found = await addUnits(client, units, known.versions.get(units.key));
    if (!found) return { kind: 'refused', rule: 'product_missing' };
  }
  for (const { saleId, gateId, epoch } of markers) {
    await client.query({ ...saveMarker, values: [batch.partition, saleId, gateId, epoch] });
  }
  await client.query({ ...moveLogPosition, values: [...position, batch.nextOffset.toString()] });
  return { kind: 'recorded', recorded: inserted.length, repeated: orders.length - inserted.length, late };
}

/** Each order once, sorted by id. */
function sortedOnce(orders: readonly OrderRecord[]): readonly OrderRecord[] {
  const once = new Map<OrderId, OrderRecord>();
  for (const order of orders) if (!once.has(order.orderId)) once.set(order.orderId, order);
  return [...once.values()].sort((a, b) => (a.orderId < b.orderId ? -1 : 1));
}

interface Context {
  /** Newest epochs by markerKey. */
  readonly markers: ReadonlyMap<string, Epoch>;
  /** Versions of product rows by productKey. */
  readonly versions: ReadonlyMap<string, number>;
}

/** What read-record-context.sql returns. */
interface ContextRow {
  readonly markers: readonly (readonly [SaleId, GateId, Epoch])[] | null;
  readonly products: readonly (readonly [string, string, number])[] | null;
}

async function readContext(client: PoolClient, batch: RecordBatch): Promise<Context> {
  const saleIds = new Set<string>();
  const productIds = new Set<string>();
  for (const entry of batch.entries) {
    saleIds.add(entry.kind === 'order' ? entry.record.saleId : entry.marker.saleId);
    if (entry.kind === 'order') for (const { productId } of entry.record.lines) productIds.add(productId);
  }
  const { rows } = await client.query<ContextRow>({
    ...readRecordContext,
    values: [batch.partition, [...saleIds], [...productIds]],
  });
  const row = rows[0];
  return {
    markers: new Map((row?.markers ?? []).map(([saleId, gateId, epoch]) => [markerKey(saleId, gateId), epoch])),
    versions: new Map(
      (row?.products ?? []).map(([saleId, productId, version]) => [productKey(saleId, productId), version]),
    ),
  };
}

/** A sale id has no `/`, so no two pairs share a key. */
function productKey(saleId: string, productId: string): string {
  return `${saleId}/${productId}`;
}

interface AddedUnits {
  readonly key: string;
  readonly saleId: string;
  readonly productId: string;
  held: number;
  sold: number;
}

/** Sums by product, in the order in which everybody updates them. */
function unitsOf(orders: readonly OrderRecord[]): readonly AddedUnits[] {
  const sums = new Map<string, AddedUnits>();
  for (const { saleId, lines, holdUntil } of orders) {
    for (const { productId, quantity } of lines) {
      const key = productKey(saleId, productId);
      let sum = sums.get(key);
      if (sum === undefined) {
        sum = { key, saleId, productId, held: 0, sold: 0 };
        sums.set(key, sum);
      }
      // Sales that confirm on record give no deadline: recorded is sold.
      if (holdUntil === null) sum.sold += quantity;
      else sum.held += quantity;
    }
  }
  return [...sums.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/**
 * One optimistic update: where somebody else was first (the update waits for their commit, then finds another version),
 * reads again and tries again. One product after the other, so that nobody waits for the first while holding the second.
 * False where there is no such product; a CHECK that breaks is thrown by PostgreSQL.
 */
async function addUnits(client: PoolClient, units: AddedUnits, seen: number | undefined): Promise<boolean> {
  let version: string | number | undefined = seen;
  for (let conflicts = 0; conflicts <= conflictLimit; conflicts += 1) {
    if (version !== undefined) {
      const values = [units.saleId, units.productId, units.held, units.sold, version];
      const { rowCount } = await client.query({ ...countUnits, values });
      if (rowCount === 1) return true;
    }
    const { rows } = await client.query<{ version: string }>({
      ...readProductVersion,
      values: [units.saleId, units.productId],
    });
    version = rows[0]?.version;
    if (version === undefined) return false;
  }
  throw new FluxError(
    'ledger_conflict',
    `product ${units.productId} changed ${conflictLimit} times while it was updated`,
  );
}
