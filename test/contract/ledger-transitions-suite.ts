import { describe, expect } from 'vitest';
import type { OrderId } from '../../src/engine/domain/ids.ts';
import type { Ledger } from '../../src/engine/ports/ledger.ts';
import { epoch, orderId } from '../builders/ids.ts';
import {
  fromNow,
  leaseOf,
  longMs,
  type MakeLedger,
  matinee,
  night,
  openEpoch,
  openSale,
  order,
  promisesOf,
  recordAll,
  shortMs,
  staleLease,
  ticket,
  unitsOf,
} from './ledger-world.ts';

/** Confirm, cancel, refund, expire, and what is owed to the gate (ports/ledger-orders.ts; design.md section 6). */
export function ledgerTransitionsSuite(make: MakeLedger): void {
  const promise = promisesOf(make);

  /** An explicit order of two tickets, held for a while longer, or overdue already. */
  async function held(ledger: Ledger, n = 1, ms = longMs): Promise<OrderId> {
    const { record } = order(n)
      .of(2, 'ticket')
      .with({ holdUntil: await fromNow(ledger, ms) });
    await recordAll(ledger, [record]);
    return record.orderId;
  }

  describe('transitions', () => {
    promise('confirm moves held units to sold and owes the gate nothing', async (ledger) => {
      await openSale(ledger, { confirmation: 'explicit' });
      const id = await held(ledger);

      const result = await ledger.transition(id, 'confirmed', 'paid');

      expect(result).toMatchObject({ kind: 'moved', order: { orderId: id, state: 'confirmed' } });
      expect(await unitsOf(ledger)).toBe('0 held, 2 sold of 10');
      expect(await ledger.pendingReleases(night, 10)).toEqual([]);
      expect((await ledger.order(id))?.history.at(-1)).toMatchObject({ state: 'confirmed', reason: 'paid' });
    });

    promise('held orders are counted by age, each sale for itself, until they end', async (ledger) => {
      await openSale(ledger, { confirmation: 'explicit', stock: { ticket: 20 } });
      await openSale(ledger, { id: matinee, confirmation: 'explicit' });
      const aged = async (n: number, seconds: number, sale = night, holdMs: number = longMs) => {
        const times = { acceptedAt: await fromNow(ledger, -seconds * 1_000), holdUntil: await fromNow(ledger, holdMs) };
        await recordAll(ledger, [
          order(n)
            .of(1, 'ticket')
            .with({ saleId: sale, ...times }).record,
        ]);
      };
      await aged(1, 1);
      await aged(2, 20);
      await aged(3, 30, night, -1_000);
      await aged(4, 4_000);
      await aged(5, 400, matinee);
      await aged(6, 2);
      await ledger.transition(orderId(6), 'cancelled', 'buyer');

      const held = await ledger.heldOrders();

      expect(held.find(({ saleId }) => saleId === night)).toMatchObject({ byAge: [1, 2, 0, 0, 0, 1], overdue: 1 });
      expect(held.find(({ saleId }) => saleId === matinee)).toMatchObject({ byAge: [0, 0, 0, 1, 0, 0], overdue: 0 });
      expect(held.find(({ saleId }) => saleId === night)?.oldestMs).toBeGreaterThanOrEqual(4_000_000);
    });

    promise('cancel frees the units of a held and of a sold order, and owes them to the gate', async (ledger) => {
      await openSale(ledger, { confirmation: 'explicit' });
      const first = await held(ledger, 1);
      const second = await held(ledger, 2);
      await ledger.transition(second, 'confirmed', 'paid');

      const results = [
        await ledger.transition(first, 'cancelled', 'buyer'),
        await ledger.transition(second, 'cancelled', 'buyer'),
      ];

      expect(results.map(({ kind }) => kind)).toEqual(['moved', 'moved']);
      expect(await unitsOf(ledger)).toBe('0 held, 0 sold of 10');
      const releases = await ledger.pendingReleases(night, 10);
      expect(releases.map((release) => release.orderId).sort()).toEqual([first, second]);
      expect(releases[0]?.lines).toEqual([{ productId: ticket, quantity: 2 }]);
    });

    promise('refund frees the units of a confirmed order only', async (ledger) => {
      await openSale(ledger, { confirmation: 'explicit' });
      const id = await held(ledger);

      expect(await ledger.transition(id, 'refunded', 'test')).toMatchObject({ kind: 'forbidden', why: 'state' });
      await ledger.transition(id, 'confirmed', 'paid');
      expect(await ledger.transition(id, 'refunded', 'test')).toMatchObject({ kind: 'moved' });

      expect(await unitsOf(ledger)).toBe('0 held, 0 sold of 10');
      expect(await ledger.pendingReleases(night, 10)).toHaveLength(1);
    });

    promise('repeating a transition changes nothing and says so', async (ledger) => {
      await openSale(ledger, { confirmation: 'explicit' });
      const id = await held(ledger);
      await ledger.transition(id, 'confirmed', 'paid');

      expect(await ledger.transition(id, 'confirmed', 'paid')).toMatchObject({
        kind: 'already',
        order: { state: 'confirmed' },
      });
      await ledger.transition(id, 'cancelled', 'buyer');
      expect(await ledger.transition(id, 'cancelled', 'buyer')).toMatchObject({ kind: 'already' });

      expect(await unitsOf(ledger)).toBe('0 held, 0 sold of 10');
      expect(await ledger.pendingReleases(night, 10)).toHaveLength(1);
    });

    promise('an ended order stays ended', async (ledger) => {
      await openSale(ledger, { confirmation: 'explicit' });
      const id = await held(ledger);
      await ledger.transition(id, 'cancelled', 'buyer');

      expect(await ledger.transition(id, 'confirmed', 'paid')).toMatchObject({ kind: 'forbidden', why: 'state' });
      expect(await ledger.transition(id, 'refunded', 'test')).toMatchObject({ kind: 'forbidden', why: 'state' });
      expect((await ledger.order(id))?.state).toBe('cancelled');
    });

    promise('an unknown order is named as such', async (ledger) => {
      expect(await ledger.transition(orderId(404), 'cancelled', 'buyer')).toEqual({ kind: 'unknown_order' });
    });

    promise('nothing can be confirmed in a sale that confirms on record', async (ledger) => {
      await openSale(ledger);
      await recordAll(ledger, [order(1).record]);

      const result = await ledger.transition(orderId(1), 'confirmed', 'paid');

      expect(result).toMatchObject({ kind: 'forbidden', why: 'confirmation_not_explicit' });
    });

    promise('all lines move together', async (ledger) => {
      await openSale(ledger, { stock: { seat: 5, ticket: 5 } });
      await recordAll(ledger, [order(1).of(2, 'seat').of(3, 'ticket').record]);

      await ledger.transition(orderId(1), 'cancelled', 'buyer');

      expect(await unitsOf(ledger, 'seat')).toBe('0 held, 0 sold of 5');
      expect(await unitsOf(ledger, 'ticket')).toBe('0 held, 0 sold of 5');
      expect((await ledger.pendingReleases(night, 1))[0]?.lines).toHaveLength(2);
    });

    promise('of ten cancellations at once one moves the order', async (ledger) => {
      await openSale(ledger);
      await recordAll(ledger, [order(1).of(3, 'ticket').record]);

      const results = await Promise.all(
        Array.from({ length: 10 }, () => ledger.transition(orderId(1), 'cancelled', 'buyer')),
      );

      expect(results.filter(({ kind }) => kind === 'moved')).toHaveLength(1);
      expect(results.filter(({ kind }) => kind === 'already')).toHaveLength(9);
      expect(await unitsOf(ledger)).toBe('0 held, 0 sold of 10');
    });

    promise('cancellations and recordings at once lose no unit', async (ledger) => {
      await openSale(ledger, { stock: { ticket: 100 } });
      await recordAll(
        ledger,
        Array.from({ length: 20 }, (_, n) => order(n + 1).record),
      );

      await Promise.all([
        ...Array.from({ length: 10 }, (_, n) => ledger.transition(orderId(n + 1), 'cancelled', 'buyer')),
        ...[1, 2, 3].map((partition) =>
          recordAll(
            ledger,
            Array.from({ length: 10 }, (_, n) => order(partition * 100 + n).record),
            { partition },
          ),
        ),
      ]);

      expect(await unitsOf(ledger)).toBe('0 held, 40 sold of 100');
    });
  });

  describe('deadlines', () => {
    promise(
      'a confirmation behind the deadline is too late, whether somebody expired the order yet or not',
      async (ledger) => {
        await openSale(ledger, { confirmation: 'explicit' });
        const id = await held(ledger, 1, -1_000);

        expect(await ledger.transition(id, 'confirmed', 'paid')).toMatchObject({ kind: 'forbidden', why: 'too_late' });
        expect(await unitsOf(ledger)).toBe('2 held, 0 sold of 10');
        await ledger.expireOverdue(10, await leaseOf(ledger));
        expect((await ledger.transition(id, 'confirmed', 'paid')).kind).toBe('forbidden');

        expect((await ledger.order(id))?.state).toBe('expired');
      },
    );

    promise('an order expires when its deadline has passed on the clock of the ledger', async (ledger, world) => {
      await openSale(ledger, { confirmation: 'explicit' });
      const lease = await leaseOf(ledger);
      const overdue = await held(ledger, 1, shortMs);
      await held(ledger, 2, longMs);
      await world.pass(shortMs + 1);

      expect(await ledger.expireOverdue(10, lease)).toEqual([overdue]);
      expect(await ledger.expireOverdue(10, lease)).toEqual([]);

      expect(await unitsOf(ledger)).toBe('2 held, 0 sold of 10');
      expect((await ledger.order(overdue))?.state).toBe('expired');
      expect((await ledger.order(overdue))?.history.at(-1)?.state).toBe('expired');
      expect(await ledger.pendingReleases(night, 10)).toMatchObject([{ orderId: overdue }]);
    });

    promise('no more orders expire at once than were asked for', async (ledger) => {
      await openSale(ledger, { confirmation: 'explicit' });
      const lease = await leaseOf(ledger);
      for (const n of [1, 2, 3]) await held(ledger, n, -1_000);

      expect(await ledger.expireOverdue(2, lease)).toHaveLength(2);
      expect(await ledger.expireOverdue(2, lease)).toHaveLength(1);
      expect(await unitsOf(ledger)).toBe('0 held, 0 sold of 10');
    });

    promise('a confirmed order never expires', async (ledger, world) => {
      await openSale(ledger, { confirmation: 'explicit', stock: { ticket: 1_000 } });
      // On a busy machine the deadline may pass before the confirmation: then another order.
      let n = 1;
      while ((await ledger.transition(await held(ledger, n, 200), 'confirmed', 'paid')).kind !== 'moved') n += 1;
      await world.pass(201);

      expect(await ledger.expireOverdue(1_000, await leaseOf(ledger))).not.toContain(orderId(n));

      expect((await ledger.order(orderId(n)))?.state).toBe('confirmed');
    });

    promise('an overdue order may still be cancelled, once', async (ledger) => {
      await openSale(ledger, { confirmation: 'explicit' });
      const id = await held(ledger, 1, -1_000);
      const lease = await leaseOf(ledger);

      const [cancelled, expired] = await Promise.all([
        ledger.transition(id, 'cancelled', 'buyer'),
        ledger.expireOverdue(10, lease),
      ]);

      expect([cancelled.kind === 'moved', expired.length === 1].filter(Boolean)).toHaveLength(1);
      expect(await unitsOf(ledger)).toBe('0 held, 0 sold of 10');
      expect(await ledger.pendingReleases(night, 10)).toHaveLength(1);
    });

    promise('a controller that lost its lease expires nothing', async (ledger, world) => {
      await openSale(ledger, { confirmation: 'explicit' });
      await held(ledger, 1, -1_000);
      const stale = await staleLease(ledger, world);

      await expect(ledger.expireOverdue(10, stale)).rejects.toMatchObject({ code: 'lease_lost' });

      expect(await unitsOf(ledger)).toBe('2 held, 0 sold of 10');
    });
  });

  describe('releases that the gate has not acknowledged', () => {
    async function owed(ledger: Ledger, count: number): Promise<readonly OrderId[]> {
      const ids: OrderId[] = [];
      for (let n = 1; n <= count; n++) {
        await recordAll(ledger, [order(n).record]);
        await ledger.transition(orderId(n), 'cancelled', 'buyer');
        ids.push(orderId(n));
      }
      return ids;
    }

    promise('are given a few at a time, of one sale', async (ledger) => {
      await openSale(ledger);
      await openSale(ledger, { id: matinee });
      await owed(ledger, 3);

      expect(await ledger.pendingReleases(night, 2)).toHaveLength(2);
      expect(await ledger.pendingReleases(matinee, 10)).toEqual([]);
    });

    promise('are forgotten once they were acknowledged in the newest epoch', async (ledger) => {
      await openSale(ledger);
      const lease = await leaseOf(ledger);
      const { epoch: newest } = await openEpoch(ledger, lease);
      const [first, second] = await owed(ledger, 2);

      await ledger.acknowledgeReleases(night, newest, [first ?? orderId(0), orderId(404)], lease);
      await ledger.acknowledgeReleases(night, newest, [first ?? orderId(0)], lease);

      expect((await ledger.pendingReleases(night, 10)).map((release) => release.orderId)).toEqual([second]);
    });

    promise('are kept where an older epoch acknowledged them: the gate was made anew since', async (ledger) => {
      await openSale(ledger);
      const lease = await leaseOf(ledger);
      const older = await openEpoch(ledger, lease);
      const ids = await owed(ledger, 1);
      await openEpoch(ledger, lease);

      await ledger.acknowledgeReleases(night, older.epoch, ids, lease);

      expect(await ledger.pendingReleases(night, 10)).toHaveLength(1);
    });

    promise('are kept where the controller lost its lease', async (ledger, world) => {
      await openSale(ledger);
      const stale = await staleLease(ledger, world);
      const ids = await owed(ledger, 1);

      await expect(ledger.acknowledgeReleases(night, epoch(1), ids, stale)).rejects.toMatchObject({
        code: 'lease_lost',
      });

      expect(await ledger.pendingReleases(night, 10)).toHaveLength(1);
    });
  });
}
