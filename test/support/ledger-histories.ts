import fc from 'fast-check';
import type { SaleId } from '../../src/engine/domain/ids.ts';
import type { OrderRecord } from '../../src/engine/domain/order.ts';
import type { SaleChange } from '../../src/engine/domain/sale-change.ts';
import { addMs, toInstant } from '../../src/engine/domain/time.ts';
import type { EpochMarker } from '../../src/engine/ports/order-log.ts';
import { epoch, key, orderId, passId, productId, saleId, userId } from '../builders/ids.ts';
import { marker, matinee, night, order } from '../contract/ledger-world.ts';

/** One step in the life of a ledger. What a step is about is named by small numbers, so that steps meet each other. */
export type LedgerStep =
  | { readonly kind: 'save'; readonly change: SaleChange; readonly only: 'new' | 'existing' | null }
  | {
      readonly kind: 'total';
      readonly sale: SaleId;
      readonly product: string;
      readonly total: number;
      readonly stale: boolean;
    }
  | { readonly kind: 'finish'; readonly nth: number; readonly verdict: 'applied' | 'refused'; readonly epoch: number }
  | {
      readonly kind: 'record';
      readonly partition: number;
      readonly entries: readonly (OrderRecord | EpochMarker)[];
      readonly nextOffset: bigint;
    }
  | { readonly kind: 'revoke'; readonly record: OrderRecord; readonly release: boolean }
  | { readonly kind: 'bury'; readonly offset: bigint; readonly n: number | null; readonly sale: SaleId | null }
  | { readonly kind: 'dig'; readonly nth: number }
  | { readonly kind: 'move'; readonly n: number; readonly to: 'confirmed' | 'cancelled' | 'refunded' }
  | { readonly kind: 'lead' | 'resign' | 'expire'; readonly by: Holder }
  | {
      readonly kind: 'acknowledge';
      readonly by: Holder;
      readonly sale: SaleId;
      readonly epoch: number;
      readonly orders: readonly number[];
    }
  | { readonly kind: 'take' | 'open'; readonly by: Holder; readonly sale: SaleId; readonly epoch: number }
  | { readonly kind: 'report'; readonly sale: SaleId; readonly epoch: number; readonly reason: string }
  | { readonly kind: 'room'; readonly by: Holder; readonly sale: SaleId; readonly counter: number }
  | { readonly kind: 'renew' | 'leave'; readonly server: string; readonly number: number }
  | { readonly kind: 'forget' };

export const historyHolders = ['controller-a', 'controller-b'] as const;
export type Holder = (typeof historyHolders)[number];
export const historySales: readonly SaleId[] = [night, matinee, saleId('ghost')];
export const historyOrders = 12;

/** Far behind every clock, and far ahead: no history waits for a deadline. */
const past = toInstant(1_767_225_600_000);
const future = addMs(past, 50 * 365 * 86_400_000);

const n = fc.integer({ min: 1, max: historyOrders });
const by = fc.constantFrom(...historyHolders);
/** Mostly one that there is. */
const sale = fc.constantFrom(night, night, night, matinee, matinee, saleId('ghost'));
const product = fc.oneof(
  { weight: 12, arbitrary: fc.constant('ticket') },
  { weight: 6, arbitrary: fc.constant('shirt') },
  { weight: 1, arbitrary: fc.constant('zebra') },
);
const number = fc.integer({ min: 1, max: 4 });

const lines = fc.uniqueArray(fc.record({ product, quantity: fc.integer({ min: 1, max: 3 }) }), {
  minLength: 1,
  maxLength: 2,
  selector: (line) => line.product,
});

const soldIn = fc.oneof(
  { weight: 20, arbitrary: fc.constant(night) },
  { weight: 4, arbitrary: fc.constant(matinee) },
  { weight: 1, arbitrary: fc.constant(saleId('ghost')) },
);

/** One number has mostly the same order; its lines stand in the order in which every order's do. */
const record = fc
  .record({
    n,
    lines: fc.option(lines, { freq: 1 }),
    sale: soldIn,
    holdUntil: fc.constantFrom(null, null, past, future),
    epoch: number,
    pass: fc.option(fc.constantFrom('1-1', '1-2'), { freq: 2 }),
  })
  .map((made) => {
    const sorted = (made.lines ?? []).toSorted((a, b) => (a.product < b.product ? -1 : 1));
    return sorted
      .reduce((so, line) => so.of(line.quantity, line.product), order(made.n))
      .with({
        saleId: made.sale,
        holdUntil: made.holdUntil,
        epoch: epoch(made.epoch),
        passId: made.pass === null ? null : passId(made.pass),
        // buyers have several orders, and some of these one key
        userId: userId(`user-${made.n % 4}`),
        idempotencyKey: key(`key-${made.n % 6}`),
      }).record;
  });

const state = fc.constantFrom(
  'open' as const,
  'open' as const,
  'paused' as const,
  'scheduled' as const,
  'closed' as const,
);
const moment = fc.constantFrom(null, past, future);

const change: fc.Arbitrary<SaleChange> = fc
  .record(
    {
      saleId: fc.constantFrom(night, matinee),
      state,
      opensAt: moment,
      closesAt: moment,
      confirmation: fc.constantFrom('on_record' as const, 'explicit' as const),
      holdSeconds: fc.integer({ min: 1, max: 900 }),
      admissionRate: fc.constantFrom(null, 0.5, 100),
      products: fc.uniqueArray(
        fc.record(
          {
            productId: fc.constantFrom(productId('ticket'), productId('shirt')),
            limitPerUser: fc.constantFrom(null, 1, 3),
            priceMinor: fc.constantFrom(0n, 2_500n),
          },
          { requiredKeys: ['productId'] },
        ),
        { maxLength: 2, selector: (terms) => terms.productId },
      ),
    },
    { requiredKeys: ['saleId'] },
  )
  .map((made) => made);

const step: fc.Arbitrary<LedgerStep> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('save' as const),
      change,
      only: fc.constantFrom(null, null, 'new' as const, 'existing' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('total' as const),
      sale,
      product,
      total: fc.integer({ min: 0, max: 12 }),
      stale: fc.integer({ min: 0, max: 5 }).map((x) => x === 0),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('finish' as const),
      nth: fc.integer({ min: 0, max: 1 }),
      verdict: fc.constantFrom('applied' as const, 'refused' as const),
      epoch: fc.constantFrom(1, 1, 1, 2),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('record' as const),
      partition: fc.integer({ min: 0, max: 1 }),
      entries: fc.array(
        fc.oneof(
          { weight: 6, arbitrary: record },
          { weight: 1, arbitrary: fc.tuple(number, sale).map(([at, of]) => marker(at, of)) },
        ),
        { maxLength: 5 },
      ),
      nextOffset: fc.bigInt({ min: 0n, max: 40n }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('revoke' as const), record, release: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('bury' as const),
      offset: fc.bigInt({ min: 0n, max: 3n }),
      n: fc.option(n),
      sale: fc.option(sale),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('dig' as const), nth: fc.integer({ min: 0, max: 2 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('move' as const),
      n,
      to: fc.constantFrom('confirmed' as const, 'cancelled' as const, 'refunded' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('lead' as const, 'lead' as const, 'resign' as const, 'expire' as const),
      by,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('acknowledge' as const),
      by,
      sale,
      epoch: number,
      orders: fc.array(n, { maxLength: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('take' as const, 'open' as const), by, sale, epoch: number }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('report' as const),
      sale,
      epoch: number,
      reason: fc.constantFrom('gate_empty', 'fence_mismatch'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('room' as const), by, sale, counter: fc.integer({ min: 0, max: 9 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('renew' as const, 'renew' as const, 'leave' as const),
      server: fc.constantFrom('server-1', 'server-2'),
      number: fc.integer({ min: 0, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'forget' as const }) },
);

/** Begins with two sales that have stock and a controller, so that most histories get somewhere. */
export const ledgerHistories: fc.Arbitrary<readonly LedgerStep[]> = fc
  .tuple(
    fc.constantFrom('on_record' as const, 'explicit' as const),
    fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }),
  )
  .map(([confirmation, steps]) => {
    const products = ['ticket', 'shirt'].map((name) => ({ productId: productId(name), limitPerUser: 3 }));
    const begin: readonly LedgerStep[] = [
      { kind: 'save', change: { saleId: night, state: 'open', confirmation, products }, only: null },
      { kind: 'save', change: { saleId: matinee, state: 'open', products }, only: 'new' },
      { kind: 'total', sale: night, product: 'ticket', total: 9, stale: false },
      { kind: 'total', sale: night, product: 'shirt', total: 4, stale: false },
      { kind: 'total', sale: matinee, product: 'ticket', total: 5, stale: false },
      { kind: 'lead', by: historyHolders[0] },
      { kind: 'take', by: historyHolders[0], sale: night, epoch: 1 },
      { kind: 'open', by: historyHolders[0], sale: night, epoch: 1 },
    ];
    return [...begin, ...steps];
  });

export const historyOrderIds = Array.from({ length: historyOrders }, (_, at) => orderId(at + 1));
