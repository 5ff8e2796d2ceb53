import { describe, expect, it } from 'vitest';
import type { HoldOutcome, HoldRequest } from '../../src/engine/domain/hold.ts';
import type { Epoch } from '../../src/engine/domain/ids.ts';
import type { Gate, SnapshotChunk } from '../../src/engine/ports/gate.ts';
import { gateLimits } from '../../src/engine/ports/gate.ts';
import { aSale, type SaleBuilder } from '../builders/a-sale.ts';
import { anOrder } from '../builders/an-order.ts';
import {
  configVersion,
  epoch,
  instant,
  orderId,
  passId,
  productId,
  requestHash,
  saleId,
  userId,
} from '../builders/ids.ts';

/** A gate to try, and what the world around it can do to it. */
export interface GateUnderTest {
  readonly gate: Gate;
  /** Moves the gate's clocks on: wall and steady. */
  advance(ms: number): Promise<void>;
  readonly now: () => number;
  /** The gate comes back empty. */
  lose(): Promise<void>;
  /** The gate comes back with its data. */
  restart(): Promise<void>;
  /** Remembers the present state; the result makes a replica with that state the gate. */
  replicate(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

const sale = saleId();
const first = epoch(1);
const second = epoch(2);

async function opened(gate: Gate, builder: SaleBuilder, at: Epoch = first, ...chunks: SnapshotChunk[]): Promise<void> {
  const head: SnapshotChunk = { kind: 'head', config: builder.config, stock: builder.stock, room: null };
  expect(await gate.begin(sale, at)).toEqual({ kind: 'begun' });
  for (const chunk of [head, ...chunks]) expect(await gate.load(sale, at, chunk)).toEqual({ kind: 'loaded' });
  expect(await gate.open(sale, at)).toEqual({ kind: 'opened' });
}

async function hold(gate: Gate, requests: readonly HoldRequest[], at: Epoch = first, version = 1) {
  return gate.hold({ saleId: sale, epoch: at, configVersion: configVersion(version), requests });
}

const kinds = (outcomes: readonly HoldOutcome[]) => outcomes.map((outcome) => outcome.kind);

async function freeOf(gate: Gate, product: string, at: Epoch = first): Promise<number | undefined> {
  const stock = await gate.stock(sale, at);
  if (stock.kind !== 'stock') throw new Error(`the gate answers ${stock.kind}`);
  return stock.products.find((known) => known.productId === product)?.free;
}

/** What every gate promises (ports/gate.ts, design.md sections 4 and 6). `make` starts with no sale. */
export function gateSuite(name: string, make: () => Promise<GateUnderTest>): void {
  async function withGate(run: (gate: Gate, world: GateUnderTest) => Promise<void>): Promise<void> {
    const world = await make();
    try {
      await run(world.gate, world);
    } finally {
      await world.close();
    }
  }

  describe(`gate: ${name}`, () => {
    describe('hold', () => {
      it('takes the units of each order out of free stock', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(5, 'ticket').selling(3, 'shirt'));

          const outcomes = await hold(gate, [
            anOrder(1).of(2, 'ticket').of(1, 'shirt').request,
            anOrder(2).of(1, 'ticket').request,
          ]);

          expect(outcomes).toEqual([
            { kind: 'held', orderId: orderId(1) },
            { kind: 'held', orderId: orderId(2) },
          ]);
          expect([await freeOf(gate, 'ticket'), await freeOf(gate, 'shirt')]).toEqual([2, 2]);
        }));

      it('refuses the order when the last unit is held, earlier in the same call or in another', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(1, 'ticket'));

          const outcomes = await hold(gate, [anOrder(1).request, anOrder(2).request]);

          expect(outcomes[1]).toEqual({ kind: 'sold_out', productId: 'ticket' });
          expect(kinds(await hold(gate, [anOrder(3).request]))).toEqual(['sold_out']);
        }));

      it('takes no line where one cannot be had', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(5, 'ticket').selling(0, 'shirt'));

          const outcomes = await hold(gate, [anOrder(1).of(1, 'ticket').of(1, 'shirt').request]);

          expect(outcomes).toEqual([{ kind: 'sold_out', productId: 'shirt' }]);
          expect(await freeOf(gate, 'ticket')).toBe(5);
        }));

      it('gives a smaller order what a larger one could not have', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(2, 'ticket'));

          const outcomes = await hold(gate, [anOrder(1).of(3, 'ticket').request, anOrder(2).of(2, 'ticket').request]);

          expect(kinds(outcomes)).toEqual(['sold_out', 'held']);
        }));

      it('counts a buyer’s units over all orders against the limit, a call’s own included', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(50, 'ticket', { limitPerUser: 3 }));
          await hold(gate, [anOrder(1).by('ann').of(1, 'ticket').request]);

          const outcomes = await hold(gate, [
            anOrder(2).by('ann').of(1, 'ticket').request,
            anOrder(3).by('ann').of(2, 'ticket').request,
            anOrder(4).by('ben').of(3, 'ticket').request,
          ]);

          expect(kinds(outcomes)).toEqual(['held', 'over_limit', 'held']);
          expect(outcomes[1]).toEqual({ kind: 'over_limit', productId: 'ticket', limitPerUser: 3 });
        }));

      it('counts units that were bought before there was a limit', () =>
        withGate(async (gate) => {
          const open = aSale().selling(50, 'ticket');
          await opened(gate, open);
          await hold(gate, [anOrder(1).by('ann').of(4, 'ticket').request]);
          const limited = open.selling(50, 'ticket', { limitPerUser: 4 }).with({ version: configVersion(2) });
          await gate.configure(sale, first, limited.config);

          const outcomes = await hold(gate, [anOrder(2).by('ann').request], first, 2);

          expect(kinds(outcomes)).toEqual(['over_limit']);
        }));

      it('names the product that the sale does not have', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(5, 'ticket'));

          const outcomes = await hold(gate, [anOrder(1).of(1, 'ticket').of(1, 'zebra').request]);

          expect(outcomes).toEqual([{ kind: 'unknown_product', productId: 'zebra' }]);
        }));

      it('answers a known key with the same body as an unsettled duplicate, with the record of the hold', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(5, 'ticket'));
          const { request } = anOrder(1);
          await hold(gate, [request]);

          const [outcome] = await hold(gate, [{ ...request, record: new Uint8Array([9, 9]) }]);

          expect(outcome).toMatchObject({ kind: 'duplicate', orderId: orderId(1), settled: false });
          expect(outcome?.kind === 'duplicate' && !outcome.settled && [...outcome.record]).toEqual([...request.record]);
          expect(await freeOf(gate, 'ticket')).toBe(4);
        }));

      it('answers the same key twice in one call as a duplicate of the first', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(5, 'ticket'));

          const outcomes = await hold(gate, [
            anOrder(1).request,
            anOrder(1).request,
            anOrder(1).of(2, 'ticket').request,
          ]);

          expect(kinds(outcomes)).toEqual(['held', 'duplicate', 'key_reused']);
          expect(outcomes[1]).toMatchObject({ settled: false });
          expect(await freeOf(gate, 'ticket')).toBe(4);
        }));

      it('answers a settled key as a settled duplicate', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(5, 'ticket'));
          await hold(gate, [anOrder(1).request]);
          await gate.settle(sale, first, [orderId(1)]);

          const outcomes = await hold(gate, [anOrder(1).request]);

          expect(outcomes).toEqual([{ kind: 'duplicate', orderId: orderId(1), settled: true }]);
        }));

      it('refuses a known key with another body, settled, unsettled or ended', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(9, 'ticket'));
          await hold(gate, [anOrder(1).request, anOrder(2).request, anOrder(3).request]);
          await gate.settle(sale, first, [orderId(2), orderId(3)]);
          await gate.release(sale, first, [anOrder(3).release]);

          const outcomes = await hold(
            gate,
            [1, 2, 3].map((n) => anOrder(n).of(2, 'ticket').request),
          );

          expect(outcomes).toEqual([1, 2, 3].map((n) => ({ kind: 'key_reused', orderId: orderId(n) })));
        }));

      it('remembers no refusal: a key that was refused is decided anew', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(0, 'ticket'));
          await hold(gate, [anOrder(1).request]);
          await gate.setTotal(sale, first, { productId: productId('ticket'), total: 1, totalVersion: 2 });

          expect(kinds(await hold(gate, [anOrder(1).of(1, 'ticket').request]))).toEqual(['held']);
        }));

      it('answers the whole call with its version where the caller has another configuration', () =>
        withGate(async (gate) => {
          await opened(
            gate,
            aSale()
              .selling(5, 'ticket')
              .with({ version: configVersion(4) }),
          );

          for (const version of [3, 5]) {
            const outcomes = await hold(gate, [anOrder(1).request, anOrder(2).request], first, version);
            expect(outcomes).toEqual([1, 2].map(() => ({ kind: 'stale_config', version: 4 })));
          }
          expect(await freeOf(gate, 'ticket')).toBe(5);
        }));

      it('refuses new keys while the sale is paused and still knows the old ones', () =>
        withGate(async (gate) => {
          const builder = aSale().selling(5, 'ticket');
          await opened(gate, builder);
          await hold(gate, [anOrder(1).request]);
          await gate.configure(sale, first, builder.with({ state: 'paused', version: configVersion(2) }).config);

          const outcomes = await hold(gate, [anOrder(1).request, anOrder(2).request], first, 2);

          expect(kinds(outcomes)).toEqual(['duplicate', 'not_open']);
          expect(outcomes[1]).toEqual({ kind: 'not_open', openness: { kind: 'paused' } });
        }));

      it('opens and closes a sale by its own clock', () =>
        withGate(async (gate, world) => {
          const opensAt = instant(world.now() + 60_000);
          const closesAt = instant(world.now() + 120_000);
          await opened(gate, aSale().selling(5, 'ticket').with({ state: 'scheduled', opensAt, closesAt }));

          const before = await hold(gate, [anOrder(1).request]);
          await world.advance(60_000);
          const during = await hold(gate, [anOrder(2).request]);
          await world.advance(60_000);
          const after = await hold(gate, [anOrder(3).request]);

          expect(before).toEqual([{ kind: 'not_open', openness: { kind: 'scheduled', opensAt } }]);
          expect(kinds(during)).toEqual(['held']);
          expect(after).toEqual([{ kind: 'not_open', openness: { kind: 'closed' } }]);
        }));

      it('admits nobody over the rate without a pass, but knows a known key', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(5, 'ticket'));
          await hold(gate, [anOrder(1).request]);

          const outcomes = await hold(gate, [
            anOrder(1).with({ admitted: false }).request,
            anOrder(2).with({ admitted: false }).request,
          ]);

          expect(kinds(outcomes)).toEqual(['duplicate', 'not_admitted']);
        }));

      it('lets a pass buy one order id', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(5, 'ticket'));
          const withPass = { admitted: false, passId: passId('1-7') };

          const sameCall = await hold(gate, [anOrder(1).with(withPass).request, anOrder(2).with(withPass).request]);
          const later = await hold(gate, [anOrder(3).with(withPass).request, anOrder(1).with(withPass).request]);

          expect(kinds(sameCall)).toEqual(['held', 'not_admitted']);
          expect(kinds(later)).toEqual(['not_admitted', 'duplicate']);
        }));

      it('leaves a pass unspent where its order was refused', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(1, 'ticket'));
          const withPass = { admitted: false, passId: passId('1-7') };
          await hold(gate, [anOrder(1).of(2, 'ticket').with(withPass).request]);

          expect(kinds(await hold(gate, [anOrder(2).with(withPass).request]))).toEqual(['held']);
        }));

      it('decides a call of the largest size and refuses a larger one as a fault', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(gateLimits.batch, 'ticket'));
          const requests = Array.from({ length: gateLimits.batch + 1 }, (_, n) => anOrder(n + 1).request);

          await expect(hold(gate, requests)).rejects.toMatchObject({ code: 'fault' });
          expect(new Set(kinds(await hold(gate, requests.slice(1))))).toEqual(new Set(['held']));
        }));

      it('sells the last unit once to a thousand buyers at a time', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(1, 'ticket'));

          const outcomes = await Promise.all(
            Array.from({ length: 1_000 }, (_, n) => hold(gate, [anOrder(n + 1).request])),
          );

          expect(outcomes.flat().filter((outcome) => outcome.kind === 'held')).toHaveLength(1);
          expect(await freeOf(gate, 'ticket')).toBe(0);
        }));
    });

    describe('outbox', () => {
      it('keeps a hold with its record, its epoch and its age until it is settled', () =>
        withGate(async (gate, world) => {
          await opened(gate, aSale().selling(5, 'ticket'));
          await hold(gate, [anOrder(1).request]);
          await world.advance(250);

          const read = await gate.unsettled(sale, first, 0, 10);

          expect(read).toMatchObject({ kind: 'unsettled', size: 1, orders: [{ orderId: orderId(1), epoch: first }] });
          if (read.kind !== 'unsettled') return;
          expect([...(read.orders[0]?.record ?? [])]).toEqual([...anOrder(1).request.record]);
          expect(read.orders[0]?.ageMs).toBeGreaterThanOrEqual(250);
          await gate.settle(sale, first, [orderId(1)]);
          expect(await gate.unsettled(sale, first, 0, 10)).toEqual({ kind: 'unsettled', orders: [], size: 0 });
        }));

      it('gives the oldest first, only those old enough, and no more than asked for', () =>
        withGate(async (gate, world) => {
          await opened(gate, aSale().selling(5, 'ticket'));
          for (const n of [3, 1, 2]) {
            await hold(gate, [anOrder(n).request]);
            await world.advance(1_000);
          }

          const aged = await gate.unsettled(sale, first, 1_900, 10);
          const limited = await gate.unsettled(sale, first, 0, 1);

          expect(aged.kind === 'unsettled' && aged.orders.map((order) => order.orderId)).toEqual([
            orderId(3),
            orderId(1),
          ]);
          expect(limited).toMatchObject({ size: 3, orders: [{ orderId: orderId(3) }] });
        }));

      it('does not make a hold younger because its key was shown again', () =>
        withGate(async (gate, world) => {
          await opened(gate, aSale().selling(5, 'ticket'));
          await hold(gate, [anOrder(1).request]);
          await world.advance(2_000);
          await hold(gate, [anOrder(1).request]);

          expect(await gate.unsettled(sale, first, 2_000, 10)).toMatchObject({ orders: [{ orderId: orderId(1) }] });
        }));

      it('settles unknown, settled and ended ids by doing nothing', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(5, 'ticket'));
          await hold(gate, [anOrder(1).request, anOrder(2).request]);
          await gate.release(sale, first, [anOrder(2).release]);

          for (let times = 0; times < 2; times += 1) {
            expect(await gate.settle(sale, first, [orderId(1), orderId(2), orderId(9)])).toEqual({ kind: 'settled' });
          }

          expect(await gate.lookup(sale, first, orderId(1))).toEqual({ kind: 'settled' });
          expect(await gate.lookup(sale, first, orderId(2))).toEqual({ kind: 'ended' });
          expect(await gate.lookup(sale, first, orderId(9))).toEqual({ kind: 'absent' });
        }));
    });

    describe('release', () => {
      it('gives the units back once, however often it is asked, in one call or in several', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(5, 'ticket').selling(5, 'shirt'));
          const order = anOrder(1).of(2, 'ticket').of(1, 'shirt');
          await hold(gate, [order.request]);
          await gate.settle(sale, first, [orderId(1)]);

          for (let times = 0; times < 2; times += 1) {
            expect(await gate.release(sale, first, [order.release, order.release])).toEqual({ kind: 'released' });
          }

          expect([await freeOf(gate, 'ticket'), await freeOf(gate, 'shirt')]).toEqual([5, 5]);
        }));

      it('gives nothing back for an id that it does not know', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(5, 'ticket'));

          await gate.release(sale, first, [anOrder(1).of(2, 'ticket').release]);

          expect(await freeOf(gate, 'ticket')).toBe(5);
          expect(await gate.lookup(sale, first, orderId(1))).toEqual({ kind: 'absent' });
        }));

      it('lets the buyer have the units again, under another key', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(5, 'ticket', { limitPerUser: 2 }));
          const order = anOrder(1).by('ann').of(2, 'ticket');
          await hold(gate, [order.request]);
          await gate.release(sale, first, [order.release]);

          const outcomes = await hold(gate, [order.request, anOrder(2).by('ann').of(2, 'ticket').request]);

          expect(outcomes).toEqual([
            { kind: 'duplicate', orderId: orderId(1), settled: true },
            { kind: 'held', orderId: orderId(2) },
          ]);
        }));

      it('takes an order that ended out of the outbox', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(5, 'ticket'));
          await hold(gate, [anOrder(1).request]);

          await gate.release(sale, first, [anOrder(1).release]);

          expect(await gate.unsettled(sale, first, 0, 10)).toMatchObject({ size: 0 });
        }));
    });

    describe('stock and configuration', () => {
      const ticket = productId('ticket');

      it('changes free stock by as much as the total changed, up and down', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(5, 'ticket'));
          await hold(gate, [anOrder(1).of(2, 'ticket').request]);

          const up = await gate.setTotal(sale, first, { productId: ticket, total: 9, totalVersion: 2 });
          const down = await gate.setTotal(sale, first, { productId: ticket, total: 4, totalVersion: 3 });

          expect([up, down]).toEqual([{ kind: 'applied' }, { kind: 'applied' }]);
          const stock = [{ productId: ticket, total: 4, totalVersion: 3, free: 2 }];
          expect(await gate.stock(sale, first)).toEqual({ kind: 'stock', products: stock });
        }));

      it('takes a total once, and none of an older version', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(5, 'ticket'));
          await gate.setTotal(sale, first, { productId: ticket, total: 9, totalVersion: 3 });

          for (const totalVersion of [1, 2, 3]) {
            const answer = await gate.setTotal(sale, first, { productId: ticket, total: 20, totalVersion });
            expect(answer).toEqual({ kind: 'not_newer' });
          }
          expect(await freeOf(gate, 'ticket')).toBe(9);
        }));

      it('takes no total that would need units that are held', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(5, 'ticket'));
          await hold(gate, [anOrder(1).of(4, 'ticket').request]);

          const refused = await gate.setTotal(sale, first, { productId: ticket, total: 3, totalVersion: 2 });
          const exact = await gate.setTotal(sale, first, { productId: ticket, total: 4, totalVersion: 2 });

          expect(refused).toEqual({ kind: 'insufficient', free: 1 });
          expect(exact).toEqual({ kind: 'applied' });
          expect(await freeOf(gate, 'ticket')).toBe(0);
        }));

      it('starts a new product with nothing, and sells it once it has a total', () =>
        withGate(async (gate) => {
          const builder = aSale().selling(5, 'ticket');
          await opened(gate, builder);
          const wider = builder.selling(0, 'shirt').with({ version: configVersion(2) });
          await gate.configure(sale, first, wider.config);

          const before = await hold(gate, [anOrder(1).of(1, 'shirt').request], first, 2);
          const stock = await gate.stock(sale, first);
          await gate.setTotal(sale, first, { productId: productId('shirt'), total: 2, totalVersion: 1 });
          const after = await hold(gate, [anOrder(1).of(1, 'shirt').request], first, 2);

          expect(kinds(before)).toEqual(['sold_out']);
          expect(stock.kind === 'stock' && stock.products).toContainEqual({
            productId: 'shirt',
            total: 0,
            totalVersion: 0,
            free: 0,
          });
          expect(kinds(after)).toEqual(['held']);
          expect(await freeOf(gate, 'ticket')).toBe(5);
        }));

      it('takes no configuration that is older than its own', () =>
        withGate(async (gate) => {
          const builder = aSale().selling(5, 'ticket');
          await opened(gate, builder.with({ version: configVersion(3) }));

          const answer = await gate.configure(
            sale,
            first,
            builder.with({ version: configVersion(2), state: 'closed' }).config,
          );

          expect(answer).toEqual({ kind: 'configured' });
          expect(kinds(await hold(gate, [anOrder(1).request], first, 3))).toEqual(['held']);
        }));

      it('keeps sales apart', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(5, 'ticket'));

          expect(await gate.stock(saleId('other'), first)).toEqual({ kind: 'rebuilding' });
          expect(await gate.fence(saleId('other'))).toBeNull();
        }));
    });

    describe('fence', () => {
      const rebuilding = { kind: 'rebuilding' };

      async function everyAnswer(gate: Gate, at: Epoch): Promise<readonly { readonly kind: string }[]> {
        const total = { productId: productId('ticket'), total: 99, totalVersion: 99 };
        const answers = await Promise.all([
          hold(gate, [anOrder(70).request], at),
          gate.settle(sale, at, [orderId(1)]),
          gate.release(sale, at, [anOrder(1).release]),
          gate.setTotal(sale, at, total),
          gate.configure(sale, at, aSale().with({ version: configVersion(99) }).config),
          gate.stock(sale, at),
          gate.lookup(sale, at, orderId(1)),
          gate.unsettled(sale, at, 0, 10),
        ]);
        return answers.flat();
      }

      it('answers rebuilding to everything before the first epoch', () =>
        withGate(async (gate) => {
          for (const answer of await everyAnswer(gate, first)) expect(answer).toEqual(rebuilding);
          expect(await gate.fence(sale)).toBeNull();
        }));

      it('answers rebuilding, and changes nothing, to any epoch but its own', () =>
        withGate(async (gate) => {
          const builder = aSale().selling(5, 'ticket');
          await opened(gate, builder, second);
          expect(kinds(await hold(gate, [anOrder(1).request], second))).toEqual(['held']);

          for (const answer of await everyAnswer(gate, first)) expect(answer).toEqual(rebuilding);
          expect(kinds(await hold(gate, [anOrder(70).request], epoch(3)))).toEqual(['rebuilding']);
          const stock = [{ productId: 'ticket', total: 5, totalVersion: 1, free: 4 }];
          expect(await gate.stock(sale, second)).toEqual({ kind: 'stock', products: stock });
          expect(await gate.lookup(sale, second, orderId(1))).toEqual({ kind: 'unsettled' });
        }));

      it.each(['lose', 'restart'] as const)('answers rebuilding by itself after it came back (%s)', (how) =>
        withGate(async (gate, world) => {
          await opened(gate, aSale().selling(5, 'ticket'));
          await hold(gate, [anOrder(1).request]);

          await world[how]();

          for (const answer of await everyAnswer(gate, first)) expect(answer).toEqual(rebuilding);
        }),
      );

      it('says that its fence does not match where it kept its data over a restart', () =>
        withGate(async (gate, world) => {
          await opened(gate, aSale().selling(5, 'ticket'));
          expect(await gate.fence(sale)).toEqual({ epoch: first, state: 'open', matches: true });

          await world.restart();

          expect(await gate.fence(sale)).toEqual({ epoch: first, state: 'open', matches: false });
        }));

      it('has no fence where it came back empty', () =>
        withGate(async (gate, world) => {
          await opened(gate, aSale().selling(5, 'ticket'));

          await world.lose();

          expect(await gate.fence(sale)).toBeNull();
        }));

      it('answers rebuilding where a replica that lags behind was promoted', () =>
        withGate(async (gate, world) => {
          await opened(gate, aSale().selling(1, 'ticket'));
          const failOver = await world.replicate();
          expect(kinds(await hold(gate, [anOrder(1).request]))).toEqual(['held']);

          await failOver();

          expect(kinds(await hold(gate, [anOrder(2).request]))).toEqual(['rebuilding']);
        }));

      it('holds nothing older once the fence is raised', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(5, 'ticket'));

          await gate.raiseFence(sale, second);

          for (const answer of await everyAnswer(gate, first)) expect(answer).toEqual(rebuilding);
          expect(kinds(await hold(gate, [anOrder(1).request], second))).toEqual(['rebuilding']);
          expect(await gate.fence(sale)).toEqual({ epoch: second, state: 'building', matches: true });
        }));

      it('never lowers the fence, and raising to where it stands does nothing', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(5, 'ticket'), second);

          await gate.raiseFence(sale, first);
          await gate.raiseFence(sale, second);

          expect(await gate.fence(sale)).toEqual({ epoch: second, state: 'open', matches: true });
          expect(kinds(await hold(gate, [anOrder(1).request], second))).toEqual(['held']);
        }));
    });

    describe('rebuild', () => {
      const builder = aSale().selling(5, 'ticket');
      const head: SnapshotChunk = { kind: 'head', config: builder.config, stock: builder.stock, room: null };

      it('begins over a lower epoch and over its own unopened one, not over its own open or a higher one', () =>
        withGate(async (gate) => {
          await opened(gate, builder);

          expect(await gate.begin(sale, second)).toEqual({ kind: 'begun' });
          expect(await gate.begin(sale, second)).toEqual({ kind: 'begun' });
          await gate.load(sale, second, head);
          await gate.open(sale, second);
          expect(await gate.begin(sale, second)).toEqual({ kind: 'refused' });
          expect(await gate.begin(sale, first)).toEqual({ kind: 'refused' });
          expect(await gate.fence(sale)).toEqual({ epoch: second, state: 'open', matches: true });
        }));

      it('begins where the fence was raised for it', () =>
        withGate(async (gate) => {
          await gate.raiseFence(sale, second);

          expect(await gate.begin(sale, first)).toEqual({ kind: 'refused' });
          await opened(gate, builder, second);
        }));

      it('loads and opens nothing that was not begun', () =>
        withGate(async (gate) => {
          await gate.raiseFence(sale, first);

          expect(await gate.load(sale, first, head)).toEqual({ kind: 'refused' });
          expect(await gate.open(sale, first)).toEqual({ kind: 'refused' });
        }));

      it('loads nothing before the head, and does not open without one', () =>
        withGate(async (gate) => {
          await gate.begin(sale, first);

          expect(await gate.load(sale, first, { kind: 'orders', orders: [] })).toEqual({ kind: 'refused' });
          expect(await gate.open(sale, first)).toEqual({ kind: 'refused' });
        }));

      it.each(['lose', 'restart'] as const)('abandons the attempt where the gate came back in between (%s)', (how) =>
        withGate(async (gate, world) => {
          await gate.begin(sale, first);
          await gate.load(sale, first, head);

          await world[how]();

          expect(await gate.load(sale, first, { kind: 'orders', orders: [] })).toEqual({ kind: 'refused' });
          expect(await gate.open(sale, first)).toEqual({ kind: 'refused' });
        }),
      );

      it('abandons the attempt where somebody began a newer one', () =>
        withGate(async (gate) => {
          await gate.begin(sale, first);
          await gate.load(sale, first, head);
          await gate.begin(sale, second);

          expect(await gate.load(sale, first, head)).toEqual({ kind: 'refused' });
          expect(await gate.open(sale, first)).toEqual({ kind: 'refused' });
        }));

      it('opens twice as once, and takes no more pieces then', () =>
        withGate(async (gate) => {
          await opened(gate, builder);

          expect(await gate.open(sale, first)).toEqual({ kind: 'opened' });
          expect(await gate.load(sale, first, head)).toEqual({ kind: 'refused' });
        }));

      it('wipes orders, buyers, passes and outbox of the older epoch', () =>
        withGate(async (gate) => {
          await opened(gate, aSale().selling(5, 'ticket', { limitPerUser: 1 }));
          const request = anOrder(1)
            .by('ann')
            .with({ passId: passId('1-1'), admitted: false }).request;
          await hold(gate, [request]);

          await opened(gate, aSale().selling(5, 'ticket', { limitPerUser: 1 }), second);

          expect(await gate.unsettled(sale, second, 0, 10)).toMatchObject({ size: 0 });
          expect(await gate.lookup(sale, second, orderId(1))).toEqual({ kind: 'absent' });
          const other = { ...request, orderId: orderId(2) };
          expect(kinds(await hold(gate, [other], second))).toEqual(['held']);
        }));

      it('knows the orders, buyers and passes of the snapshot, each piece written twice', () =>
        withGate(async (gate) => {
          const limited = aSale().selling(5, 'ticket', { limitPerUser: 3 });
          const { request } = anOrder(1);
          const pieces: SnapshotChunk[] = [
            {
              kind: 'orders',
              orders: [
                { orderId: orderId(1), requestHash: request.requestHash, ended: false },
                { orderId: orderId(2), requestHash: requestHash(7), ended: true },
              ],
            },
            { kind: 'buyers', buyers: [{ userId: userId('ann'), productId: productId('ticket'), units: 2 }] },
            { kind: 'passes', passes: [{ passId: passId('1-1'), orderId: orderId(1) }] },
          ];
          const stock = [{ productId: productId('ticket'), total: 5, totalVersion: 8, free: 3 }];
          const limitedHead: SnapshotChunk = { kind: 'head', config: limited.config, stock, room: null };
          await gate.begin(sale, second);
          for (const piece of [limitedHead, ...pieces, ...pieces, limitedHead]) await gate.load(sale, second, piece);
          await gate.open(sale, second);

          const outcomes = await hold(
            gate,
            [
              request,
              anOrder(2).request,
              anOrder(3).by('ann').of(2, 'ticket').request,
              anOrder(4).with({ admitted: false, passId: passId('1-1') }).request,
              anOrder(5).by('ann').of(1, 'ticket').request,
            ],
            second,
          );

          expect(kinds(outcomes)).toEqual(['duplicate', 'key_reused', 'over_limit', 'not_admitted', 'held']);
          expect(await gate.lookup(sale, second, orderId(1))).toEqual({ kind: 'settled' });
          expect(await gate.lookup(sale, second, orderId(2))).toEqual({ kind: 'ended' });
          expect(await gate.stock(sale, second)).toEqual({
            kind: 'stock',
            products: [{ productId: 'ticket', total: 5, totalVersion: 8, free: 2 }],
          });
        }));

      it('lets the order that spent a pass show it again, whoever else brought it meanwhile', () =>
        withGate(async (gate) => {
          await gate.begin(sale, first);
          await gate.load(sale, first, head);
          // The record of order 1 was late: the ledger knows the pass from elsewhere, the order is unknown.
          const passes = [{ passId: passId('1-1'), orderId: orderId(1) }];
          await gate.load(sale, first, { kind: 'passes', passes });
          await gate.open(sale, first);

          const outcomes = await hold(gate, [
            anOrder(2).with({ admitted: true, passId: passId('1-1') }).request,
            anOrder(3).with({ admitted: false, passId: passId('1-1') }).request,
          ]);
          const again = await hold(gate, [anOrder(1).with({ admitted: false, passId: passId('1-1') }).request]);

          expect(kinds(outcomes)).toEqual(['held', 'not_admitted']);
          expect(kinds(again)).toEqual(['held']);
        }));

      it('forgets what an attempt loaded that was begun again', () =>
        withGate(async (gate) => {
          await gate.begin(sale, first);
          await gate.load(sale, first, head);
          const orders = [{ orderId: orderId(1), requestHash: requestHash(1), ended: false }];
          await gate.load(sale, first, { kind: 'orders', orders });

          await opened(gate, builder);

          expect(await gate.lookup(sale, first, orderId(1))).toEqual({ kind: 'absent' });
        }));

      it('releases an order of the snapshot once', () =>
        withGate(async (gate) => {
          const stock = [{ productId: productId('ticket'), total: 5, totalVersion: 1, free: 3 }];
          await gate.begin(sale, first);
          await gate.load(sale, first, { kind: 'head', config: builder.config, stock, room: null });
          const orders = [{ orderId: orderId(1), requestHash: requestHash(1), ended: false }];
          await gate.load(sale, first, { kind: 'orders', orders });
          await gate.open(sale, first);
          const { release } = anOrder(1).of(2, 'ticket');

          await gate.release(sale, first, [release]);
          await gate.release(sale, first, [release]);

          expect(await freeOf(gate, 'ticket')).toBe(5);
        }));

      it('takes a piece of the largest size and refuses a larger one as a fault', () =>
        withGate(async (gate) => {
          await gate.begin(sale, first);
          await gate.load(sale, first, head);
          const orders = Array.from({ length: gateLimits.chunk + 1 }, (_, n) => ({
            orderId: orderId(n),
            requestHash: requestHash(1),
            ended: false,
          }));

          await expect(gate.load(sale, first, { kind: 'orders', orders })).rejects.toMatchObject({ code: 'fault' });
          expect(await gate.load(sale, first, { kind: 'orders', orders: orders.slice(1) })).toEqual({ kind: 'loaded' });
        }));
    });
  });
}
