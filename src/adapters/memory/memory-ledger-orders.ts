import type { Epoch, IdempotencyKey, OrderId, RequestHash, SaleId, UserId } from '../../engine/domain/ids.ts';
import { mainGate } from '../../engine/domain/ids.ts';
import { markerKey, splitLate } from '../../engine/domain/late-records.ts';
import { type DeadLetter, holdAgeBoundsSeconds } from '../../engine/domain/ledger-facts.ts';
import { mayMove, type OrderRecord } from '../../engine/domain/order.ts';
import type { LedgerOrders, RecordBatch, RecordResult, TransitionResult } from '../../engine/ports/ledger-orders.ts';
import {
  addRelease,
  assertLease,
  type LedgerState,
  moveOrder,
  productOf,
  type StoredOrder,
  viewOfOrder,
} from './memory-ledger-state.ts';

/** The memory ledger's part of orders, their units and what is owed to the gate. */
export function memoryLedgerOrders(state: LedgerState): LedgerOrders {
  return {
    record: async (batch) => recordBatch(state, batch),

    async revoke(record, reason, { release }) {
      if (!state.orders.has(record.orderId)) insertRevoked(state, record, reason, release);
      return { kind: 'revoked' };
    },

    async storeDeadLetter(letter) {
      if (!isKnown(state, letter)) {
        const id = ++state.lastLetterId;
        state.letters.set(id, { ...letter, id, storedAt: state.clock.now() });
      }
      const { orderId, saleId, reason } = letter;
      if (orderId === null || saleId === null || state.orders.has(orderId)) return;
      insertRevoked(state, unreadableOrder(state, orderId, saleId), reason, true);
    },
    deadLetters: async (limit) => [...state.letters.values()].slice(0, limit),
    deadLetter: async (id) => state.letters.get(id) ?? null,
    removeDeadLetter: async (id) => void state.letters.delete(id),

    async order(orderId) {
      const order = state.orders.get(orderId);
      return order === undefined ? null : viewOfOrder(order);
    },
    transition: async (orderId, to, reason) => transition(state, orderId, to, reason),

    async expireOverdue(limit, lease) {
      assertLease(state, lease);
      const now = state.clock.now();
      const overdue = [...state.awaiting]
        .filter((order) => order.expiresAt !== null && order.expiresAt <= now)
        .slice(0, limit);
      for (const order of overdue) moveOrder(state, order, 'expired', 'hold_ran_out');
      return overdue.map(({ record }) => record.orderId);
    },

    async heldOrders() {
      const now = state.clock.now();
      const bySale = new Map<SaleId, StoredOrder[]>();
      for (const order of state.awaiting) {
        const { saleId } = order.record;
        bySale.set(saleId, [...(bySale.get(saleId) ?? []), order]);
      }
      return [...bySale].map(([saleId, orders]) => {
        const ages = orders.map(({ record }) => now - record.acceptedAt);
        const bounds = [0, ...holdAgeBoundsSeconds.map((seconds) => seconds * 1_000), Number.POSITIVE_INFINITY];
        return {
          saleId,
          byAge: bounds.slice(1).map((under, n) => {
            const from = n === 0 ? Number.NEGATIVE_INFINITY : (bounds[n] ?? 0);
            return ages.filter((ageMs) => ageMs >= from && ageMs < under).length;
          }),
          overdue: orders.filter(({ expiresAt }) => expiresAt !== null && expiresAt <= now).length,
          oldestMs: Math.max(0, ...ages),
        };
      });
    },

    async pendingReleases(saleId, limit) {
      const found = [];
      for (const { release } of state.releases.values()) {
        if (found.length === limit) break;
        if (release.saleId === saleId) found.push(release);
      }
      return found;
    },

    async acknowledgeReleases(saleId, epoch, orderIds, lease) {
      assertLease(state, lease);
      if (state.sales.get(saleId)?.epochs.get(mainGate)?.row.epoch !== epoch) return;
      for (const orderId of orderIds) {
        if (state.releases.get(orderId)?.release.saleId === saleId) state.releases.delete(orderId);
      }
    },
  };
}

function recordBatch(state: LedgerState, batch: RecordBatch): RecordResult {
  const passed = state.markers.get(batch.partition) ?? new Map<string, Epoch>();
  const { orders, late, markers } = splitLate(batch.entries, passed);
  const fresh = new Map<OrderId, OrderRecord>();
  for (const record of orders) {
    if (!state.orders.has(record.orderId)) fresh.set(record.orderId, fresh.get(record.orderId) ?? record);
  }
  const rule = brokenRule(state, [...fresh.values()]);
  if (rule !== null) return { kind: 'refused', rule };

  for (const record of fresh.values()) insertRecorded(state, record);
  for (const marker of markers) passed.set(markerKey(marker.saleId, marker.gateId), marker.epoch);
  state.markers.set(batch.partition, passed);
  const offsets = state.offsets.get(batch.groupId) ?? new Map<number, bigint>();
  const before = offsets.get(batch.partition) ?? 0n;
  offsets.set(batch.partition, batch.nextOffset > before ? batch.nextOffset : before);
  state.offsets.set(batch.groupId, offsets);
  return { kind: 'recorded', recorded: fresh.size, repeated: orders.length - fresh.size, late };
}

/** What the database's foreign keys and CHECKs would say to all of them together; null where they hold. */
function brokenRule(state: LedgerState, fresh: readonly OrderRecord[]): string | null {
  const taken = new Map<object, number>();
  for (const { saleId, lines } of fresh) {
    for (const { productId, quantity } of lines) {
      const product = productOf(state, saleId, productId);
      if (product === undefined) return 'product_missing';
      const units = (taken.get(product) ?? 0) + quantity;
      if (product.held + product.sold + units > product.total) return 'units_within_total';
      taken.set(product, units);
    }
  }
  return null;
}

/** The order goes by the terms of its hold: one without a deadline is confirmed, whatever its sale has become meanwhile. */
function insertRecorded(state: LedgerState, record: OrderRecord): void {
  const waits = record.holdUntil !== null;
  const order = insert(state, record, waits ? 'accepted' : 'confirmed', null);
  for (const { productId, quantity } of record.lines) {
    const product = productOf(state, record.saleId, productId);
    if (product !== undefined) product[waits ? 'held' : 'sold'] += quantity;
  }
  if (waits) state.awaiting.add(order);
}

function insertRevoked(state: LedgerState, record: OrderRecord, reason: string, release: boolean): void {
  insert(state, record, 'revoked', reason);
  if (release) addRelease(state, record, state.clock.now());
}

function insert(
  state: LedgerState,
  record: OrderRecord,
  as: 'accepted' | 'confirmed' | 'revoked',
  reason: string | null,
): StoredOrder {
  const now = state.clock.now();
  const accepted = { state: 'accepted', at: record.acceptedAt, reason: null } as const;
  const order: StoredOrder = {
    record,
    state: as,
    recordedAt: now,
    expiresAt: record.holdUntil,
    history: as === 'accepted' ? [accepted] : [accepted, { state: as, at: now, reason }],
  };
  state.orders.set(record.orderId, order);
  const sale = state.sales.get(record.saleId);
  if (sale !== undefined) sale.hasOrders = true;
  return order;
}

function isKnown(state: LedgerState, letter: Pick<DeadLetter, 'partition' | 'offset'>): boolean {
  for (const { partition, offset } of state.letters.values()) {
    if (partition === letter.partition && offset === letter.offset) return true;
  }
  return false;
}

/** What can be said of an order of which only the id was readable. Its id stands in for the key, so that keys stay unique. */
function unreadableOrder(state: LedgerState, orderId: OrderId, saleId: SaleId): OrderRecord {
  return {
    orderId,
    saleId,
    gateId: mainGate,
    epoch: state.sales.get(saleId)?.epochs.get(mainGate)?.row.epoch ?? (1 as Epoch),
    userId: 'unreadable' as UserId,
    idempotencyKey: orderId as string as IdempotencyKey,
    requestHash: '0'.repeat(32) as RequestHash,
    lines: [],
    // ISO 4217's code for "no currency".
    currency: 'XXX',
    acceptedAt: state.clock.now(),
    holdUntil: null,
    passId: null,
  };
}

function transition(
  state: LedgerState,
  orderId: OrderId,
  to: 'confirmed' | 'cancelled' | 'refunded',
  reason: string,
): TransitionResult {
  const order = state.orders.get(orderId);
  if (order === undefined) return { kind: 'unknown_order' };
  const forbidden = (why: 'state' | 'too_late' | 'confirmation_not_explicit'): TransitionResult => ({
    kind: 'forbidden',
    order: viewOfOrder(order),
    why,
  });
  const { confirmation } = state.sales.get(order.record.saleId)?.config ?? {};
  // One that waits was held for somebody's confirmation, whatever its sale has become meanwhile.
  if (to === 'confirmed' && confirmation !== 'explicit' && order.state !== 'accepted') {
    return forbidden('confirmation_not_explicit');
  }
  if (order.state === to) return { kind: 'already', order: viewOfOrder(order) };
  if (to === 'confirmed' && (order.state === 'expired' || isOverdue(state, order))) return forbidden('too_late');
  if (!mayMove(order.state, to)) return forbidden('state');
  moveOrder(state, order, to, reason);
  return { kind: 'moved', order: viewOfOrder(order) };
}

/** The clock decides, not whether somebody has expired it yet. */
function isOverdue(state: LedgerState, order: StoredOrder): boolean {
  return order.state === 'accepted' && order.expiresAt !== null && order.expiresAt <= state.clock.now();
}
