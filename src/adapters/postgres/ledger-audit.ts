import type { Pool } from 'pg';
import type { IdempotencyKey, OrderId, ProductId, SaleId, UserId } from '../../engine/domain/ids.ts';
import { type OrderState, orderStates } from '../../engine/domain/order.ts';
import { toInstant } from '../../engine/domain/time.ts';
import type { LedgerAudit } from '../../engine/ports/ledger-audit.ts';
import { plainArray } from './array-literal.ts';
import { queryPool } from './query-pool.ts';
import { scanOrders } from './scan-orders.ts';
import { statement } from './sql-statement.ts';

const auditProducts = statement('audit-products');
const auditCounts = statement('audit-counts');
const auditDuplicateKeys = statement('audit-duplicate-keys');
const auditLimits = statement('audit-limits');
const auditOverdue = statement('audit-overdue');
const auditStuckReleases = statement('audit-stuck-releases');
const auditSizes = statement('audit-sizes');
const readOrderStates = statement('read-order-states');
const readLogPositions = statement('read-log-positions');

/** The PostgreSQL ledger's readings for `verify`. Sums are taken over the orders, not from the counters. */
export function ledgerAudit(pool: Pool): LedgerAudit {
  return {
    async auditProducts() {
      const { rows } = await queryPool<ProductAuditRow>(pool, auditProducts);
      return rows.map((row) => ({
        saleId: row.sale_id,
        productId: row.product_id,
        total: row.total,
        held: row.held,
        sold: row.sold,
        totalVersion: row.total_version,
        heldByLines: row.held_by_lines,
        soldByLines: row.sold_by_lines,
      }));
    },
    async auditCounts(since) {
      const { rows } = await queryPool<{ sale_id: SaleId; by_state: Partial<Record<OrderState, number>> | null }>(
        pool,
        auditCounts,
        [since ?? null],
      );
      return rows.map((row) => ({ saleId: row.sale_id, byState: everyState(row.by_state ?? {}) }));
    },
    async auditDuplicateKeys(limit) {
      const { rows } = await queryPool<{
        sale_id: SaleId;
        user_id: UserId;
        idempotency_key: IdempotencyKey;
        order_ids: readonly OrderId[];
      }>(pool, auditDuplicateKeys, [limit]);
      return rows.map((row) => ({
        saleId: row.sale_id,
        userId: row.user_id,
        key: row.idempotency_key,
        orderIds: row.order_ids,
      }));
    },
    async auditLimits(limit) {
      const { rows } = await queryPool<{
        sale_id: SaleId;
        user_id: UserId;
        product_id: ProductId;
        units: number;
        limit_per_user: number;
      }>(pool, auditLimits, [limit]);
      return rows.map((row) => ({
        saleId: row.sale_id,
        userId: row.user_id,
        productId: row.product_id,
        units: row.units,
        limitPerUser: row.limit_per_user,
      }));
    },
    async auditOverdue(graceMs, limit) {
      const { rows } = await queryPool<{ order_id: OrderId; expires_ms: number }>(pool, auditOverdue, [graceMs, limit]);
      return rows.map((row) => ({ orderId: row.order_id, expiresAt: toInstant(row.expires_ms) }));
    },
    async auditStuckReleases(graceMs, limit) {
      const { rows } = await queryPool<{ order_id: OrderId; since_ms: number }>(pool, auditStuckReleases, [
        graceMs,
        limit,
      ]);
      return rows.map((row) => ({ orderId: row.order_id, since: toInstant(row.since_ms) }));
    },
    async auditSizes() {
      const { rows } = await queryPool<{ orders: number; buyers: number; keys: number; dead_letters: number }>(
        pool,
        auditSizes,
      );
      const row = rows[0];
      return {
        orders: row?.orders ?? 0,
        buyers: row?.buyers ?? 0,
        keys: row?.keys ?? 0,
        deadLetters: row?.dead_letters ?? 0,
      };
    },
    async orderStates(orderIds) {
      const { rows } = await queryPool<{ order_id: OrderId; state: OrderState }>(pool, readOrderStates, [
        plainArray(orderIds),
      ]);
      return new Map(rows.map((row) => [row.order_id, row.state]));
    },
    async recordedOffsets(groupId) {
      const { rows } = await queryPool<{ partition: number; next_offset: string }>(pool, readLogPositions, [groupId]);
      return rows.map((row) => ({ partition: row.partition, nextOffset: BigInt(row.next_offset) }));
    },
    scan: (saleId, pageSize) => scanOrders(pool, saleId, pageSize),
  };
}

/** What audit-products.sql returns. */
interface ProductAuditRow {
  readonly sale_id: SaleId;
  readonly product_id: ProductId;
  readonly total: number;
  readonly held: number;
  readonly sold: number;
  readonly total_version: number;
  readonly held_by_lines: number;
  readonly sold_by_lines: number;
}

function everyState(counted: Partial<Record<OrderState, number>>): Readonly<Record<OrderState, number>> {
  // Every state is a key: fromEntries cannot say so by itself.
  return Object.fromEntries(orderStates.map((state) => [state, counted[state] ?? 0])) as Record<OrderState, number>;
}
