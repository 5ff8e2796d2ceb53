import type { Pool } from 'pg';
import type { OrderId, ProductId, SaleId, UserId } from '../../engine/domain/ids.ts';
import { holdAgeBoundsSeconds } from '../../engine/domain/ledger-facts.ts';
import type { LedgerOrders } from '../../engine/ports/ledger-orders.ts';
import { plainArray } from './array-literal.ts';
import { checkLease } from './check-lease.ts';
import { expireOverdue, transition } from './move-orders.ts';
import { faultOf } from './pg-fault.ts';
import { queryPool } from './query-pool.ts';
import { readOrder } from './read-order.ts';
import { recordBatch } from './record-batch.ts';
import { deadLetter, deadLetters, removeDeadLetter, revoke, storeDeadLetter } from './revoked-orders.ts';
import { statement } from './sql-statement.ts';
import { inTransaction } from './transaction.ts';

const readPendingReleases = statement('read-pending-releases');
const heldOrders = statement('held-orders');
const acknowledgeReleases = statement('acknowledge-releases');

/** The PostgreSQL ledger's part of orders, their units and what is owed to the gate. */
export function ledgerOrders(pool: Pool): LedgerOrders {
  return {
    record: (batch) => recordBatch(pool, batch),
    revoke: (record, reason, options) => revoke(pool, record, reason, options),
    storeDeadLetter: (letter) => storeDeadLetter(pool, letter),
    deadLetters: (limit) => deadLetters(pool, limit),
    deadLetter: (id) => deadLetter(pool, id),
    removeDeadLetter: (id, actor) => removeDeadLetter(pool, id, actor),
    async order(orderId) {
      try {
        return await readOrder(pool, orderId);
      } catch (error) {
        throw faultOf(error);
      }
    },
    transition: (orderId, to, reason) => transition(pool, orderId, to, reason),
    expireOverdue: (limit, lease) => expireOverdue(pool, limit, lease),
    async heldOrders() {
      const { rows } = await queryPool<{
        sale_id: SaleId;
        under: readonly number[];
        overdue: number;
        oldest_ms: number;
      }>(pool, heldOrders, [plainArray(holdAgeBoundsSeconds)]);
      return rows.map(({ sale_id: saleId, under, overdue, oldest_ms: oldestMs }) => ({
        saleId,
        byAge: under.map((count, n) => count - (under[n - 1] ?? 0)),
        overdue,
        oldestMs,
      }));
    },
    async pendingReleases(saleId, limit) {
      const { rows } = await queryPool<{
        order_id: OrderId;
        user_id: UserId;
        lines: readonly (readonly [ProductId, number])[] | null;
      }>(pool, readPendingReleases, [saleId, limit]);
      return rows.map(({ order_id: orderId, user_id: userId, lines }) => ({
        orderId,
        saleId,
        userId,
        lines: (lines ?? []).map(([productId, quantity]) => ({ productId, quantity })),
      }));
    },
    acknowledgeReleases: (saleId, epoch, orderIds, lease) =>
      inTransaction(pool, async (client) => {
        await checkLease(client, lease);
        await client.query({ ...acknowledgeReleases, values: [saleId, epoch, orderIds] });
      }),
  };
}
