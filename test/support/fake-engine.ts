import type {
  ConfigVersion,
  Epoch,
  OrderId,
  ProductId,
  SaleId,
  ServerId,
  UserId,
} from '../../src/engine/domain/ids.ts';
import type { OrderState } from '../../src/engine/domain/order.ts';
import type { SaleConfig } from '../../src/engine/domain/sale.ts';
import { toInstant } from '../../src/engine/domain/time.ts';
import type { Engine, EngineEvent, EngineStats, SaleOverview, TicketOutcome } from '../../src/engine/engine.ts';

/** Ids that a test may use as they are. */
export const sampleOrderId = '0f8fad5b-d9cb-869f-a165-70867728950e' as OrderId;
export const sampleSaleId = 'default' as SaleId;
export const sampleProductId = 'ticket' as ProductId;
export const sampleUserId = 'ada' as UserId;
export const sampleInstant = toInstant(Date.UTC(2026, 10, 23, 9, 30));

const config: SaleConfig = {
  saleId: sampleSaleId,
  version: 3 as ConfigVersion,
  state: 'open',
  opensAt: null,
  closesAt: null,
  confirmation: 'on_record',
  holdSeconds: 600,
  admissionRate: null,
  products: [{ productId: sampleProductId, limitPerUser: 2, priceMinor: 99_900n, currency: 'EUR' }],
};

export const sampleSale: SaleOverview = {
  config,
  openness: { kind: 'open' },
  epoch: 1 as Epoch,
  gate: 'open',
  products: [{ productId: sampleProductId, total: 100, held: 0, sold: 40, free: 60 }],
};

export const sampleStats: EngineStats = {
  serverId: 'server-1' as ServerId,
  at: sampleInstant,
  controller: { holder: 'server-1', here: true },
  lag: [{ partition: 0, end: 9_007_199_254_740_993n, committed: 9_007_199_254_740_992n, lag: 1n }],
  away: [],
  sales: [
    {
      saleId: sampleSaleId,
      configVersion: 3 as ConfigVersion,
      openness: { kind: 'open' },
      epoch: 1 as Epoch,
      gate: {
        products: [{ productId: sampleProductId, total: 100, totalVersion: 1, free: 60 }],
        outbox: 0,
        oldestUnsettledMs: 0,
      },
      ledger: {
        products: [{ productId: sampleProductId, total: 100, held: 3, sold: 37 }],
        held: { byAge: [1, 2, 0, 0, 0, 0], overdue: 0, oldestMs: 42_000 },
      },
      waiting: 0,
    },
  ],
  queues: { waiting: 0, appendsInFlight: 0 },
  counts: { orders_recorded: 40 },
};

export const sampleTicket: Extract<TicketOutcome, { kind: 'waiting' }> = {
  kind: 'waiting',
  ticket: 'ticket-text',
  saleId: sampleSaleId,
  position: 42,
  etaSeconds: { low: 60, high: 180 },
  stockLeft: 60,
  openness: { kind: 'open' },
  pollAfterMs: 2_000,
};

/** An engine whose every answer a test may replace, and whose events a test sends by `publish`. */
export interface FakeEngine extends Engine {
  publish(event: EngineEvent): void;
  publishOrder(orderId: OrderId, state: OrderState): void;
  readonly listeners: number;
  /** Of single orders. */
  readonly watchers: number;
}

/** All goes well in a sale of one product, unless `overrides` says otherwise. */
export function fakeEngine(overrides: Partial<Engine> = {}): FakeEngine {
  const listeners = new Set<(event: EngineEvent) => void>();
  const watchers = new Map<OrderId, Set<(state: OrderState) => void>>();
  return {
    placeOrder: async () => ({ kind: 'accepted', orderId: sampleOrderId }),
    orderStatus: async (orderId) => ({
      kind: 'status',
      orderId,
      saleId: sampleSaleId,
      state: 'accepted',
      order: null,
      history: [],
    }),
    cancelOrder: async (orderId) => ({ kind: 'done', orderId, state: 'cancelled' }),
    confirmOrder: async (orderId) => ({ kind: 'done', orderId, state: 'confirmed' }),
    inventory: async (productId) => ({
      kind: 'inventory',
      saleId: sampleSaleId,
      productId,
      total: 100,
      free: 60,
      held: 0,
      sold: 40,
      epoch: 1 as Epoch,
    }),
    initStock: async ({ saleId, quantity }) => ({ kind: 'initialized', saleId, total: quantity, free: quantity }),
    sales: async () => [sampleSale],
    sale: async () => sampleSale,
    createSale: async () => ({ kind: 'saved', sale: sampleSale }),
    changeSale: async () => ({ kind: 'saved', sale: sampleSale }),
    changeStock: async ({ saleId, productId }) => ({ kind: 'changed', saleId, productId, total: 100, free: 60 }),
    takeTicket: async () => sampleTicket,
    readTicket: async () => sampleTicket,
    readiness: async () => ({
      ready: true,
      dependencies: [{ name: 'ledger', ok: true, latencyMs: 1, why: null }],
    }),
    stats: async () => sampleStats,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    watchOrder(orderId, listener) {
      const all = watchers.get(orderId) ?? new Set();
      watchers.set(orderId, all.add(listener));
      return () => all.delete(listener);
    },
    ...overrides,
    publishOrder(orderId, state) {
      for (const listener of watchers.get(orderId) ?? []) listener(state);
    },
    publish(event) {
      for (const listener of listeners) listener(event);
    },
    get listeners() {
      return listeners.size;
    },
    get watchers() {
      return [...watchers.values()].reduce((sum, { size }) => sum + size, 0);
    },
  };
}
