import { nodeDigest } from '../../src/adapters/node/node-digest.ts';
import type {
  ConfigVersion,
  Epoch,
  GateId,
  IdempotencyKey,
  OrderId,
  ProductId,
  RequestHash,
  SaleId,
  UserId,
} from '../../src/engine/domain/ids.ts';
import type {
  LedgerOrder,
  PendingRelease,
  PendingStockChange,
  SaleView,
} from '../../src/engine/domain/ledger-facts.ts';
import { type OrderRecord, type OrderState, unitsIn } from '../../src/engine/domain/order.ts';
import { orderIdOf } from '../../src/engine/domain/order-id.ts';
import { type Instant, toInstant } from '../../src/engine/domain/time.ts';
import type { LogEntry } from '../../src/engine/ports/order-log.ts';
import type { HistoryEntry, HistoryOutcome } from '../../src/toolkit/history/history-entry.ts';
import type { GateBook, HistoryBook, LedgerBook, LogBook } from '../../src/toolkit/verify/books.ts';
import type { StoryLedger } from '../../src/toolkit/verify/explain/ledger-facts.ts';
import { type VerifyOptions, verifySale } from '../../src/toolkit/verify/verify-sale.ts';

export const saleId = 'night' as SaleId;
export const ticket = 'ticket' as ProductId;
export const secret = 'ab'.repeat(32);
const partitions = 2;
/** The present of these books. */
export const at = toInstant(1_800_000_000_000);

export interface BookOrder {
  orderId: OrderId;
  userId: UserId;
  key: IdempotencyKey;
  productId: ProductId;
  quantity: number;
  state: OrderState;
  expiresAt: Instant | null;
  acceptedAt: Instant;
}

/**
 * The four books of a small sale as plain, changeable values: consistent until a test spoils one of them.
 * Adapters refuse to be wrong; these do what they are told.
 */
export interface Books {
  readonly sales: SaleView[];
  readonly orders: BookOrder[];
  readonly counters: { productId: ProductId; total: number; held: number; sold: number }[];
  readonly log: LogEntry[][];
  readonly committed: number[];
  readonly recorded: number[];
  readonly gate: { productId: ProductId; total: number; free: number }[];
  readonly history: HistoryEntry[];
  readonly releases: (PendingRelease & { readonly since: Instant })[];
  readonly stockChanges: PendingStockChange[];
  limitPerUser: number | null;
  outbox: number;
  oldestUnsettledMs: number;
  rebuilding: boolean;
}

export function idOf(user: string, key: string): OrderId {
  return orderIdOf(secret, user as UserId, key as IdempotencyKey, nodeDigest);
}

/** A sale of `total` tickets without an order. */
export function emptyBooks(total: number): Books {
  const terms = { productId: ticket, limitPerUser: 10, priceMinor: 1000n, currency: 'EUR' };
  return {
    sales: [
      {
        config: {
          saleId,
          version: 1 as ConfigVersion,
          state: 'open',
          opensAt: null,
          closesAt: null,
          confirmation: 'on_record',
          holdSeconds: 900,
          admissionRate: null,
          products: [terms],
        },
        orderIdSecret: secret,
        epoch: null,
      },
    ],
    orders: [],
    counters: [{ productId: ticket, total, held: 0, sold: 0 }],
    log: Array.from({ length: partitions }, () => []),
    committed: Array.from({ length: partitions }, () => 0),
    recorded: Array.from({ length: partitions }, () => 0),
    gate: [{ productId: ticket, total, free: total }],
    history: [],
    releases: [],
    stockChanges: [],
    limitPerUser: 10,
    outbox: 0,
    oldestUnsettledMs: 0,
    rebuilding: false,
  };
}

/** Writes one order into all four books, as a healthy system would. Returns its id. */
export function sell(
  books: Books,
  user: string,
  key: string,
  quantity = 1,
  more: { readonly state?: OrderState; readonly heard?: HistoryOutcome | null; readonly acceptedAt?: Instant } = {},
): OrderId {
  const orderId = idOf(user, key);
  const { state = 'confirmed', heard = 'accepted', acceptedAt = at } = more;
  const order = { orderId, userId: user as UserId, key: key as IdempotencyKey, productId: ticket, quantity, state };
  books.orders.push({ ...order, acceptedAt, expiresAt: state === 'accepted' ? ((at + 60_000) as Instant) : null });
  const [counter, gate] = [books.counters[0], books.gate[0]];
  const where = unitsIn(state);
  if (counter && gate && where !== 'none') {
    counter[where] += quantity;
    gate.free -= quantity;
  }
  append(books, { ...recordOf(user, key, quantity), acceptedAt });
  if (heard !== null) {
    const sinceMs = acceptedAt - at;
    books.history.push({ ...answer(user, key, heard, quantity), sentMs: sinceMs - 1, doneMs: sinceMs + 1 });
  }
  return orderId;
}

export function recordOf(user: string, key: string, quantity = 1, epoch = 1): OrderRecord {
  return {
    orderId: idOf(user, key),
    saleId,
    gateId: 'main' as GateId,
    epoch: epoch as Epoch,
    userId: user as UserId,
    idempotencyKey: key as IdempotencyKey,
    requestHash: '0'.repeat(32) as RequestHash,
    lines: [{ productId: ticket, quantity, unitPriceMinor: 1000n }],
    currency: 'EUR',
    acceptedAt: at,
    holdUntil: null,
    passId: null,
  };
}

/** Appends a record and lets the consumer pass it. */
export function append(books: Books, record: OrderRecord): void {
  const partition = Number.parseInt(record.orderId.slice(0, 2), 16) % partitions;
  const log = books.log[partition] ?? [];
  log.push({ kind: 'order', offset: BigInt(log.length), record, bytes: new Uint8Array() });
  caughtUp(books);
}

export function mark(books: Books, epoch: number): void {
  for (const log of books.log) {
    const marker = { saleId, gateId: 'main' as GateId, epoch: epoch as Epoch };
    log.push({ kind: 'marker', offset: BigInt(log.length), marker });
  }
  caughtUp(books);
}

export function caughtUp(books: Books): void {
  for (const [partition, log] of books.log.entries()) {
    books.committed[partition] = log.length;
    books.recorded[partition] = log.length;
  }
}

export function answer(
  user: string,
  key: string,
  outcome: HistoryOutcome,
  quantity = 1,
  orderId?: string,
): HistoryEntry {
  const heard = outcome === 'accepted' || outcome === 'duplicate';
  return {
    scheduledMs: 1,
    sentMs: 1,
    doneMs: 2,
    saleId,
    userId: user,
    key,
    lines: [{ productId: ticket, quantity }],
    status: heard ? 200 : outcome === 'unknown' ? 503 : null,
    outcome,
    ...(heard ? { orderId: orderId ?? idOf(user, key) } : {}),
  };
}

export function ledgerBook(books: Books): LedgerBook & StoryLedger {
  const lines = (state: 'held' | 'sold', productId: ProductId) =>
    books.orders
      .filter((order) => order.productId === productId && unitsIn(order.state) === state)
      .reduce((sum, order) => sum + order.quantity, 0);
  const units = (user: UserId) =>
    books.orders
      .filter((order) => order.userId === user && unitsIn(order.state) !== 'none')
      .reduce((sum, order) => sum + order.quantity, 0);
  return {
    sales: async () => books.sales,
    pendingStockChanges: async () => books.stockChanges,
    pendingReleases: async (_sale, limit) => books.releases.slice(0, limit),
    deadLetters: async () => [],
    order: async (orderId) => books.orders.filter((order) => order.orderId === orderId).map(rowOf)[0] ?? null,
    auditProducts: async () =>
      books.counters.map((counter) => ({
        ...counter,
        saleId,
        totalVersion: 1,
        heldByLines: lines('held', counter.productId),
        soldByLines: lines('sold', counter.productId),
      })),
    auditCounts: async (since = toInstant(0)) => {
      const byState = { accepted: 0, confirmed: 0, expired: 0, cancelled: 0, refunded: 0, revoked: 0 };
      for (const order of books.orders) if (order.acceptedAt >= since) byState[order.state] += 1;
      return [{ saleId, byState }];
    },
    auditDuplicateKeys: async (limit) => {
      const byKey = Map.groupBy(books.orders, (order) => JSON.stringify([order.userId, order.key]));
      return [...byKey.values()]
        .filter((orders) => new Set(orders.map((order) => order.orderId)).size > 1)
        .slice(0, limit)
        .flatMap((orders) => {
          const [first] = orders;
          return first ? [{ saleId, ...first, orderIds: orders.map((order) => order.orderId) }] : [];
        });
    },
    auditLimits: async (limit) => {
      const { limitPerUser } = books;
      if (limitPerUser === null) return [];
      return [...new Set(books.orders.map((order) => order.userId))]
        .map((userId) => ({ saleId, userId, productId: ticket, units: units(userId), limitPerUser }))
        .filter((buyer) => buyer.units > limitPerUser)
        .slice(0, limit);
    },
    auditOverdue: async (graceMs, limit) =>
      books.orders
        .flatMap(({ orderId, state, expiresAt }) =>
          state === 'accepted' && expiresAt !== null && expiresAt + graceMs < at ? [{ orderId, expiresAt }] : [],
        )
        .slice(0, limit),
    auditStuckReleases: async (graceMs, limit) =>
      books.releases.filter(({ since }) => since + graceMs < at).slice(0, limit),
    auditSizes: async () => ({
      orders: books.orders.length,
      buyers: new Set(books.orders.map((order) => order.userId)).size,
      keys: new Set(books.orders.map((order) => JSON.stringify([order.userId, order.key]))).size,
      deadLetters: 0,
    }),
    orderStates: async (orderIds) => {
      const states = new Map(books.orders.map((order) => [order.orderId, order.state]));
      return new Map(
        orderIds.flatMap((orderId) => {
          const state = states.get(orderId);
          return state === undefined ? [] : [[orderId, state] as const];
        }),
      );
    },
    recordedOffsets: async () => books.recorded.map((next, partition) => ({ partition, nextOffset: BigInt(next) })),
    async *scan() {
      yield books.orders.map(rowOf);
    },
  };
}

function rowOf(order: BookOrder): LedgerOrder {
  return {
    ...order,
    saleId,
    idempotencyKey: order.key,
    epoch: 1 as Epoch,
    lines: [{ productId: order.productId, quantity: order.quantity, unitPriceMinor: 1000n }],
    currency: 'EUR',
    acceptedAt: order.acceptedAt,
    recordedAt: order.acceptedAt,
    history: [],
  };
}

export function logBook(books: Books): LogBook {
  return {
    async *scan() {
      for (const [partition, entries] of books.log.entries()) {
        const last = entries.at(-1);
        if (last) yield { partition, entries, nextOffset: last.offset + 1n };
      }
    },
    lag: async () =>
      books.log.map((entries, partition) => {
        const end = (entries.at(-1)?.offset ?? -1n) + 1n;
        const committed = BigInt(books.committed[partition] ?? 0);
        return { partition, end, committed, lag: end - committed };
      }),
  };
}

export function gateBook(books: Books): GateBook {
  return {
    source: 'the test',
    read: async () => {
      const { outbox, oldestUnsettledMs } = books;
      const gate = books.rebuilding ? null : { products: structuredClone(books.gate), outbox, oldestUnsettledMs };
      return { sales: [{ saleId, epoch: 1 as Epoch, gate }] };
    },
  };
}

export function historyBook(books: Books): HistoryBook {
  let earlier = 0;
  return {
    source: 'the test',
    earlier: () => earlier,
    truncatedLines: () => 0,
    async *read(since) {
      for (const entry of books.history) {
        if (since === null || at + entry.doneMs >= since) yield entry;
        else earlier += 1;
      }
    },
  };
}

/** A clock in which waiting takes no time. */
export function quickClock() {
  let nowMs = 0;
  return {
    now: () => at,
    monotonicMs: () => nowMs,
    sleep: async (ms: number) => {
      nowMs += ms;
    },
  };
}

/** verifySale over the books; `without` leaves one out. */
export function verifyBooks(
  books: Books,
  more: {
    readonly options?: Partial<VerifyOptions>;
    readonly without?: readonly ('gate' | 'history')[];
    /** Books that behave otherwise than `books` are. */
    readonly instead?: Partial<Pick<Parameters<typeof verifySale>[0], 'ledger' | 'orderLog' | 'gateBook'>>;
  } = {},
) {
  return verifySale({
    ledger: ledgerBook(books),
    orderLog: logBook(books),
    gateBook: more.without?.includes('gate') ? null : gateBook(books),
    history: more.without?.includes('history') ? null : historyBook(books),
    clock: quickClock(),
    digest: nodeDigest,
    ...more.instead,
    options: { saleId: null, since: null, waitMs: 1_000, maxRevoked: 0, graceMs: 10_000, ...more.options },
  });
}
