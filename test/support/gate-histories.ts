import fc from 'fast-check';
import type { HoldRequest } from '../../src/engine/domain/hold.ts';
import type { PendingRelease } from '../../src/engine/domain/ledger-facts.ts';
import type { SaleConfig } from '../../src/engine/domain/sale.ts';
import type { RoomProgress } from '../../src/engine/domain/waiting-room.ts';
import type { SnapshotChunk } from '../../src/engine/ports/gate.ts';
import { aSale } from '../builders/a-sale.ts';
import { anOrder } from '../builders/an-order.ts';
import { configVersion, epoch, instant, orderId, passId, productId, requestHash, userId } from '../builders/ids.ts';

/** One step in the life of a gate and its waiting room. */
export type GateStep =
  | { readonly kind: 'hold'; readonly requests: readonly HoldRequest[]; readonly isStale: boolean }
  | { readonly kind: 'settle'; readonly orders: readonly number[] }
  | { readonly kind: 'release'; readonly releases: readonly PendingRelease[] }
  | { readonly kind: 'setTotal'; readonly product: string; readonly total: number; readonly totalVersion: number }
  | { readonly kind: 'configure'; readonly config: SaleConfig }
  | { readonly kind: 'rebuild'; readonly chunks: readonly SnapshotChunk[] }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'admit'; readonly rate: number | null; readonly wanted: number }
  | { readonly kind: 'takePlace' };

export const startMs = 1_767_225_600_000;
/** One is longer than a short MessagePack string, one is not ASCII; `zebra` is in no configuration. */
export const historyProducts = ['ticket', 'a shirt with a very long name, longer than 31 bytes', 'tröja 🎽', 'zebra'];
export const historyUsers = ['ann', 'ben', 'Åsa 🎟', `user-${'x'.repeat(60)}`];
export const historyOrders = 14;
export const historyPasses = ['1-1', '1-2', '2-1'];

/** Mostly what is sold, so that most histories get somewhere. */
const product = fc.oneof(
  { weight: 6, arbitrary: fc.constant('ticket') },
  { weight: 4, arbitrary: fc.constantFrom(...historyProducts.slice(1, 3)) },
  { weight: 1, arbitrary: fc.constant('zebra') },
);
const sold = fc.oneof(
  { weight: 4, arbitrary: fc.constant(historyProducts.slice(0, 3)) },
  { weight: 1, arbitrary: fc.subarray(historyProducts.slice(0, 3), { minLength: 1 }) },
);
const user = fc.constantFrom(...historyUsers);
const order = fc.integer({ min: 1, max: historyOrders });
const pass = fc.constantFrom(...historyPasses).map(passId);
const units = fc.integer({ min: 0, max: 30 });

const lines = fc.uniqueArray(fc.record({ name: product, quantity: fc.integer({ min: 1, max: 4 }) }), {
  minLength: 1,
  maxLength: 3,
  selector: ({ name }) => name,
});

/** An order by its number, buyer and body: one number has mostly the same body, so that keys are shown again. */
const made = fc.record({ n: order, by: user, other: fc.option(lines, { freq: 2 }) }).map(({ n, by, other }) => {
  const own = [{ name: historyProducts[n % 3] ?? 'ticket', quantity: (n % 4) + 1 }];
  return (other ?? own).reduce((so, { name, quantity }) => so.of(quantity, name), anOrder(n).by(by));
});

const request = fc
  .record({
    made,
    admitted: fc.integer({ min: 0, max: 3 }).map((n) => n > 0),
    passId: fc.option(pass),
    record: fc.uint8Array({ maxLength: 300 }),
  })
  .map(({ made: so, ...fields }) => so.with(fields).request);

const release = made.map((so) => so.release);

const time = fc.option(fc.integer({ min: -5_000, max: 5_000 }).map((ms) => instant(startMs + ms)));

const config = fc
  .record({
    version: fc.integer({ min: 1, max: 6 }).map(configVersion),
    state: fc.oneof(
      { weight: 9, arbitrary: fc.constant('open' as const) },
      { weight: 1, arbitrary: fc.constantFrom('scheduled' as const, 'paused' as const, 'closed' as const) },
    ),
    opensAt: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, time),
    closesAt: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, time),
    products: sold,
    limitPerUser: fc.option(fc.integer({ min: 0, max: 6 })),
  })
  .map(({ products, limitPerUser, ...fields }) => {
    let builder = aSale();
    for (const [n, name] of products.entries()) {
      builder = builder.selling(0, name, { limitPerUser: n === 0 ? limitPerUser : null });
    }
    return builder.with(fields).config;
  });

const stock = sold.chain((names) =>
  fc.tuple(
    ...names.map((name) =>
      fc.record({
        productId: fc.constant(productId(name)),
        total: units,
        totalVersion: fc.integer({ min: 0, max: 3 }),
        free: units,
      }),
    ),
  ),
);

const counter = fc.integer({ min: 0, max: 9 });
const room: fc.Arbitrary<RoomProgress | null> = fc.option(
  fc.record({ admitted: counter, more: counter }).map(({ admitted, more }) => ({
    admittedUpTo: { epoch: epoch(1), counter: admitted },
    lastPlace: { epoch: epoch(1), counter: admitted + more },
  })),
);

/** A whole snapshot: its pieces say whatever they like, as long as the head comes first. */
export const snapshots: fc.Arbitrary<readonly SnapshotChunk[]> = fc
  .record({
    head: fc.record({ kind: fc.constant('head' as const), config, stock, room }),
    orders: fc.array(
      fc.record({ n: order.map((n) => 2 * n), hash: fc.integer({ min: 0, max: 3 }), ended: fc.boolean() }),
      { maxLength: 4 },
    ),
    buyers: fc.array(fc.record({ userId: user.map(userId), productId: product.map(productId), units })),
    passes: fc.array(fc.record({ passId: pass, orderId: order.map(orderId) })),
  })
  .map(({ head, orders, buyers, passes }) => [
    head,
    {
      kind: 'orders',
      orders: orders.map(({ n, hash, ended }) => ({
        orderId: orderId(n),
        // the hash of the plainest order of that number, or that of another body
        requestHash: hash === 0 ? anOrder(n).request.requestHash : requestHash(hash),
        ended,
      })),
    },
    { kind: 'buyers', buyers },
    { kind: 'passes', passes },
  ]);

const steps: fc.Arbitrary<GateStep> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('hold' as const),
      requests: fc.array(request, { maxLength: 8, size: 'max' }),
      isStale: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('settle' as const), orders: fc.array(order, { maxLength: 4 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('release' as const), releases: fc.array(release, { maxLength: 4 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('setTotal' as const),
      product,
      total: fc.integer({ min: 0, max: 20 }),
      totalVersion: fc.integer({ min: 0, max: 8 }),
    }),
  },
  { weight: 1, arbitrary: config.map((made): GateStep => ({ kind: 'configure', config: made })) },
  { weight: 1, arbitrary: snapshots.map((chunks): GateStep => ({ kind: 'rebuild', chunks })) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 2_500 }).map((ms): GateStep => ({ kind: 'advance', ms })) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('admit' as const),
      rate: fc.option(fc.oneof(fc.constantFrom(0, 0.5, 3, 10), fc.double({ min: 0.01, max: 50, noNaN: true }))),
      wanted: fc.integer({ min: 0, max: 12 }),
    }),
  },
  { weight: 2, arbitrary: fc.constant<GateStep>({ kind: 'takePlace' }) },
);

export const gateHistories = fc.record({
  snapshot: snapshots,
  steps: fc.array(steps, { maxLength: 50, size: 'max' }),
});
