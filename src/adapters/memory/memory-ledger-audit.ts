import type { OrderId, ProductId, SaleId } from '../../engine/domain/ids.ts';
import type { LedgerOrder } from '../../engine/domain/ledger-facts.ts';
import { type OrderState, orderStates, unitsIn } from '../../engine/domain/order.ts';
import type { Instant } from '../../engine/domain/time.ts';
import { addMs } from '../../engine/domain/time.ts';
import type { LedgerAudit, OrderCounts, ProductAudit } from '../../engine/ports/ledger-audit.ts';
import { type LedgerState, type StoredOrder, totalsOf, viewOfOrder } from './memory-ledger-state.ts';

/** The memory ledger's readings for `verify`. Sums are taken over the orders, not from the counters. */
export function memoryLedgerAudit(state: LedgerState): LedgerAudit {
  return {
    auditProducts: async () => auditProducts(state),
    auditCounts: async (since) => auditCounts(state, since),

    async auditDuplicateKeys(limit) {
      return [...byKey(state).values()]
        .filter((orders) => orders.length > 1)
        .slice(0, limit)
        .flatMap((orders) => {
          const [first] = orders;
          if (first === undefined) return [];
          const { saleId, userId, idempotencyKey: key } = first.record;
          return [{ saleId, userId, key, orderIds: orders.map(({ record }) => record.orderId) }];
        });
    },

    async auditLimits(limit) {
      const found = [];
      for (const buyer of buyersOf(state).values()) {
        const terms = state.sales
          .get(buyer.saleId)
          ?.config.products.find(({ productId }) => productId === buyer.productId);
        const limitPerUser = terms?.limitPerUser ?? null;
        if (limitPerUser !== null && buyer.units > limitPerUser) found.push({ ...buyer, limitPerUser });
        if (found.length === limit) break;
      }
      return found;
    },

    async auditOverdue(graceMs, limit) {
      const now = state.clock.now();
      return [...state.awaiting]
        .flatMap(({ record, expiresAt }) => (expiresAt === null ? [] : [{ orderId: record.orderId, expiresAt }]))
        .filter(({ expiresAt }) => addMs(expiresAt, graceMs) <= now)
        .slice(0, limit);
    },

    async auditStuckReleases(graceMs, limit) {
      const now = state.clock.now();
      return [...state.releases]
        .filter(([, { since }]) => addMs(since, graceMs) <= now)
        .slice(0, limit)
        .map(([orderId, { since }]) => ({ orderId, since }));
    },

    async auditSizes() {
      return {
        orders: state.orders.size,
        buyers: buyersOf(state).size,
        keys: byKey(state).size,
        deadLetters: state.letters.size,
      };
    },

    async orderStates(orderIds) {
      const found = new Map<OrderId, OrderState>();
      for (const orderId of orderIds) {
        const order = state.orders.get(orderId);
        if (order !== undefined) found.set(orderId, order.state);
      }
      return found;
    },

    async recordedOffsets(groupId) {
      return [...(state.offsets.get(groupId) ?? [])]
        .map(([partition, nextOffset]) => ({ partition, nextOffset }))
        .sort((a, b) => a.partition - b.partition);
    },

    scan: (saleId, pageSize) => scan(state, saleId, pageSize),
  };
}

/** Not a method above: V8 makes a map for each generator function, and there a ledger of a simulated world would hang on it. */
async function* scan(
  state: LedgerState,
  saleId: SaleId | null,
  pageSize: number,
): AsyncGenerator<readonly LedgerOrder[]> {
  const orders = ordersOf(state, saleId).sort(olderFirst);
  for (let from = 0; from < orders.length; from += pageSize) {
    yield orders.slice(from, from + pageSize).map(viewOfOrder);
  }
}

function ordersOf(state: LedgerState, saleId: SaleId | null): StoredOrder[] {
  return [...state.orders.values()].filter(({ record }) => saleId === null || record.saleId === saleId);
}

function olderFirst(a: StoredOrder, b: StoredOrder): number {
  return a.record.acceptedAt - b.record.acceptedAt || (a.record.orderId < b.record.orderId ? -1 : 1);
}

function auditProducts(state: LedgerState): readonly ProductAudit[] {
  const bySale = new Map<SaleId, Map<ProductId, { held: number; sold: number }>>();
  const sumsOf = (saleId: SaleId, productId: ProductId) => {
    const sale = bySale.get(saleId) ?? new Map<ProductId, { held: number; sold: number }>();
    bySale.set(saleId, sale);
    const sums = sale.get(productId) ?? { held: 0, sold: 0 };
    sale.set(productId, sums);
    return sums;
  };
  for (const { record, state: orderState } of state.orders.values()) {
    const where = unitsIn(orderState);
    if (where === 'none') continue;
    for (const { productId, quantity } of record.lines) sumsOf(record.saleId, productId)[where] += quantity;
  }
  return [...state.sales].flatMap(([saleId, sale]) =>
    [...sale.products].map(([productId, product]) => {
      const sums = sumsOf(saleId, productId);
      return { ...totalsOf(saleId, productId, product), heldByLines: sums.held, soldByLines: sums.sold };
    }),
  );
}

function auditCounts(state: LedgerState, since: Instant | undefined): readonly OrderCounts[] {
  return [...state.sales.keys()].map((saleId) => {
    const orders = ordersOf(state, saleId).filter(({ record }) => since === undefined || record.acceptedAt >= since);
    const count = (wanted: OrderState) => orders.filter((order) => order.state === wanted).length;
    // Every state is a key: fromEntries cannot say so by itself.
    const byState = Object.fromEntries(orderStates.map((each) => [each, count(each)])) as Record<OrderState, number>;
    return { saleId, byState };
  });
}

function byKey(state: LedgerState): ReadonlyMap<string, readonly StoredOrder[]> {
  const groups = new Map<string, StoredOrder[]>();
  for (const order of state.orders.values()) {
    const { saleId, userId, idempotencyKey } = order.record;
    const key = JSON.stringify([saleId, userId, idempotencyKey]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [order]);
    else group.push(order);
  }
  return groups;
}

/** Units a buyer holds of a product, over orders that have not ended. */
function buyersOf(state: LedgerState) {
  type Buyer = Pick<StoredOrder['record'], 'saleId' | 'userId'> & Pick<ProductAudit, 'productId'> & { units: number };
  const buyers = new Map<string, Buyer>();
  for (const { record, state: orderState } of state.orders.values()) {
    if (unitsIn(orderState) === 'none') continue;
    for (const { productId, quantity } of record.lines) {
      const key = JSON.stringify([record.saleId, record.userId, productId]);
      const buyer = buyers.get(key);
      if (buyer === undefined) {
        buyers.set(key, { saleId: record.saleId, userId: record.userId, productId, units: quantity });
      } else buyer.units += quantity;
    }
  }
  return buyers;
}
