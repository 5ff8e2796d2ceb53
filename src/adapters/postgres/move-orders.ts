import type { ClientBase, Pool } from 'pg';
import type { OrderId, SaleId } from '../../engine/domain/ids.ts';
import type { LedgerOrder } from '../../engine/domain/ledger-facts.ts';
import { mayMove, type OrderState, unitsIn } from '../../engine/domain/order.ts';
import type { Confirmation } from '../../engine/domain/sale.ts';
import type { Lease } from '../../engine/ports/ledger.ts';
import type { TransitionResult } from '../../engine/ports/ledger-orders.ts';
import { checkLease } from './check-lease.ts';
import { readOrder } from './read-order.ts';
import { statement } from './sql-statement.ts';
import { inTransaction } from './transaction.ts';

const lockOrder = statement('lock-order');
const readLockedOrder = statement('read-locked-order');
const lockOverdueOrders = statement('lock-overdue-orders');
const readUnits = statement('read-units');
const moveUnits = statement('move-units');
const moveOrdersSql = statement('move-orders');
const addPendingRelease = statement('add-pending-release');

/** Moves one order (ports/ledger-orders.ts). */
export function transition(
  pool: Pool,
  orderId: OrderId,
  to: 'confirmed' | 'cancelled' | 'refunded',
  reason: string,
): Promise<TransitionResult> {
  return inTransaction(pool, async (client): Promise<TransitionResult> => {
    const locked = await client.query({ ...lockOrder, values: [orderId] });
    // Recorded since that statement, it would be seen by the next one, but not be locked: two could move it at once.
    if (locked.rowCount === 0) return { kind: 'unknown_order' };
    const { rows } = await client.query<LockedOrder>({ ...readLockedOrder, values: [orderId] });
    const found = rows[0];
    if (found === undefined) return { kind: 'unknown_order' };
    const verdict = decide(found, to);
    if (verdict.kind === 'move') {
      await moveLocked(client, [{ orderId, saleId: found.sale_id }], found.state, to, reason);
    }
    const order = await readBack(client, orderId);
    if (verdict.kind === 'forbidden') return { ...verdict, order };
    return { kind: verdict.kind === 'move' ? 'moved' : 'already', order };
  });
}

/** What read-locked-order.sql returns. */
interface LockedOrder {
  readonly sale_id: SaleId;
  readonly state: OrderState;
  /** Null where its sale is unknown: a revoked order's may be. */
  readonly confirmation: Confirmation | null;
  readonly overdue: boolean;
}

type Verdict =
  | { readonly kind: 'move' | 'already' }
  | { readonly kind: 'forbidden'; readonly why: 'state' | 'too_late' | 'confirmation_not_explicit' };

/** The clock decides a confirmation, not whether somebody has expired the order yet. */
function decide({ state, confirmation, overdue }: LockedOrder, to: OrderState): Verdict {
  // One that waits was held for somebody's confirmation, whatever its sale has become meanwhile.
  if (to === 'confirmed' && confirmation !== 'explicit' && state !== 'accepted') {
    return { kind: 'forbidden', why: 'confirmation_not_explicit' };
  }
  if (state === to) return { kind: 'already' };
  if (to === 'confirmed' && (state === 'expired' || (state === 'accepted' && overdue))) {
    return { kind: 'forbidden', why: 'too_late' };
  }
  return mayMove(state, to) ? { kind: 'move' } : { kind: 'forbidden', why: 'state' };
}

async function readBack(client: ClientBase, orderId: OrderId): Promise<LedgerOrder> {
  const order = await readOrder(client, orderId);
  // The row is locked by this very transaction.
  if (order === null) throw new Error(`order ${orderId} vanished under its lock`);
  return order;
}

/** Expires overdue orders (ports/ledger-orders.ts). */
export function expireOverdue(pool: Pool, limit: number, lease: Lease): Promise<readonly OrderId[]> {
  return inTransaction(pool, async (client) => {
    await checkLease(client, lease);
    const { rows } = await client.query<{ order_id: OrderId; sale_id: SaleId }>({
      ...lockOverdueOrders,
      values: [limit],
    });
    const orders = rows.map((row) => ({ orderId: row.order_id, saleId: row.sale_id }));
    if (orders.length > 0) await moveLocked(client, orders, 'accepted', 'expired', 'hold_ran_out');
    return orders.map(({ orderId }) => orderId);
  });
}

/** Moves orders that are locked and all in one state: units, history, and what the gate is owed. */
async function moveLocked(
  client: ClientBase,
  orders: readonly { readonly orderId: OrderId; readonly saleId: SaleId }[],
  from: OrderState,
  to: OrderState,
  reason: string,
): Promise<void> {
  const orderIds = orders.map(({ orderId }) => orderId);
  const { rows } = await client.query<{ sale_id: string; product_id: string; units: number }>({
    ...readUnits,
    values: [orderIds],
  });
  const change = (where: 'held' | 'sold') => Number(unitsIn(to) === where) - Number(unitsIn(from) === where);
  for (const row of rows) {
    const values = [row.sale_id, row.product_id, change('held') * row.units, change('sold') * row.units];
    await client.query({ ...moveUnits, values });
  }
  await client.query({ ...moveOrdersSql, values: [orderIds, to, reason] });
  if (unitsIn(from) !== 'none' && unitsIn(to) === 'none') {
    await client.query({ ...addPendingRelease, values: [orderIds, orders.map(({ saleId }) => saleId)] });
  }
}
