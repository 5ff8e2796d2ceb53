import type { ClientBase, Pool } from 'pg';
import { mainGate, type OrderId, type SaleId } from '../../engine/domain/ids.ts';
import type { DeadLetter } from '../../engine/domain/ledger-facts.ts';
import type { OrderRecord } from '../../engine/domain/order.ts';
import { toInstant } from '../../engine/domain/time.ts';
import type { RevokeResult } from '../../engine/ports/ledger-orders.ts';
import { brokenRule } from './broken-rule.ts';
import { queryPool } from './query-pool.ts';
import { statement } from './sql-statement.ts';
import { inTransaction } from './transaction.ts';

const insertRevokedOrder = statement('insert-revoked-order');
const insertOrderLines = statement('insert-order-lines');
const addPendingRelease = statement('add-pending-release');
const storeDeadLetterSql = statement('store-dead-letter');
const readDeadLetters = statement('read-dead-letters');
const removeDeadLetterSql = statement('remove-dead-letter');

/** Writes an order as revoked, with its lines; one that is there already stays as it is. */
export async function revoke(
  pool: Pool,
  record: OrderRecord,
  reason: string,
  options: { readonly release: boolean },
): Promise<RevokeResult> {
  try {
    await inTransaction(pool, (client) => revokeIn(client, record, reason, options));
    return { kind: 'revoked' };
  } catch (error) {
    const rule = brokenRule(error);
    if (rule !== undefined) return { kind: 'refused', rule };
    throw error;
  }
}

async function revokeIn(
  client: ClientBase,
  record: OrderRecord,
  reason: string,
  options: { readonly release: boolean },
): Promise<void> {
  const { rowCount } = await client.query({
    ...insertRevokedOrder,
    values: [
      record.orderId,
      record.requestHash,
      record.acceptedAt,
      record.holdUntil,
      record.epoch,
      record.saleId,
      record.gateId,
      record.currency,
      record.userId,
      record.idempotencyKey,
      record.passId,
      reason,
    ],
  });
  if (rowCount === 0) return;
  const { lines } = record;
  const values = [
    lines.map(() => record.orderId),
    lines.map(({ productId }) => productId),
    lines.map(({ quantity }) => quantity),
    lines.map(({ unitPriceMinor }) => unitPriceMinor.toString()),
  ];
  await client.query({ ...insertOrderLines, values });
  if (options.release) await owe(client, record.orderId, record.saleId);
}

async function owe(client: ClientBase, orderId: OrderId, saleId: SaleId): Promise<void> {
  await client.query({ ...addPendingRelease, values: [[orderId], [saleId]] });
}

/** Keeps an unreadable record; where order id and sale are known, the order becomes revoked and its release is owed. */
export function storeDeadLetter(pool: Pool, letter: Omit<DeadLetter, 'id' | 'storedAt'>): Promise<void> {
  const { partition, offset, orderId, saleId, reason, bytes } = letter;
  return inTransaction(pool, async (client) => {
    await client.query({
      ...storeDeadLetterSql,
      values: [partition, offset.toString(), orderId, saleId, reason, Buffer.from(bytes)],
    });
    if (orderId === null || saleId === null) return;
    // What can be said of an order of which only the id was readable. Its id stands in for the key, so that keys stay unique;
    // XXX is ISO 4217's code for "no currency".
    const noHash = '0'.repeat(32);
    const { rowCount } = await client.query({
      ...insertRevokedOrder,
      values: [orderId, noHash, null, null, null, saleId, mainGate, 'XXX', 'unreadable', orderId, null, reason],
    });
    if (rowCount !== 0) await owe(client, orderId, saleId);
  });
}

/** What read-dead-letters.sql returns. */
interface LetterRow {
  readonly id: string;
  readonly partition: number;
  readonly log_offset: string;
  readonly order_id: OrderId | null;
  readonly sale_id: SaleId | null;
  readonly reason: string;
  readonly record: Buffer;
  readonly stored_ms: number;
}

function letterOf(row: LetterRow): DeadLetter {
  return {
    id: Number(row.id),
    partition: row.partition,
    offset: BigInt(row.log_offset),
    orderId: row.order_id,
    saleId: row.sale_id,
    reason: row.reason,
    bytes: new Uint8Array(row.record),
    storedAt: toInstant(row.stored_ms),
  };
}

export async function deadLetters(pool: Pool, limit: number): Promise<readonly DeadLetter[]> {
  const { rows } = await queryPool<LetterRow>(pool, readDeadLetters, [null, limit]);
  return rows.map(letterOf);
}

export async function deadLetter(pool: Pool, id: number): Promise<DeadLetter | null> {
  const { rows } = await queryPool<LetterRow>(pool, readDeadLetters, [id, 1]);
  return rows[0] === undefined ? null : letterOf(rows[0]);
}

export async function removeDeadLetter(pool: Pool, id: number, actor: string): Promise<void> {
  await queryPool(pool, removeDeadLetterSql, [id, actor]);
}
