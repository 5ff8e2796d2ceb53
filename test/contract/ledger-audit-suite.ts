import { describe, expect } from 'vitest';
import { aRecord } from '../builders/a-record.ts';
import { instant, key, orderId, userId } from '../builders/ids.ts';
import {
  fromNow,
  longMs,
  type MakeLedger,
  matinee,
  night,
  openSale,
  order,
  promisesOf,
  recordAll,
  ticket,
} from './ledger-world.ts';

/** Readings for verify (ports/ledger-audit.ts; design.md section 8). */
export function ledgerAuditSuite(make: MakeLedger): void {
  const promise = promisesOf(make);

  describe('audits', () => {
    promise('count each product by its counters and by the lines of its orders', async (ledger) => {
      await openSale(ledger, { confirmation: 'explicit', stock: { seat: 5, ticket: 10 } });
      const holdUntil = await fromNow(ledger, longMs);
      const record = (n: number) => order(n).of(1, 'seat').of(2, 'ticket').with({ holdUntil }).record;
      await recordAll(ledger, [record(1), record(2), record(3)]);
      await ledger.transition(orderId(1), 'confirmed', 'paid');
      await ledger.transition(orderId(2), 'cancelled', 'buyer');
      await ledger.revoke(record(4), 'test', { release: false });

      const audits = await ledger.auditProducts();

      expect(audits).toHaveLength(2);
      expect(audits.find((audit) => audit.productId === ticket)).toMatchObject({
        saleId: night,
        total: 10,
        held: 2,
        sold: 2,
        heldByLines: 2,
        soldByLines: 2,
      });
      expect(audits.find((audit) => audit.productId === 'seat')).toMatchObject({ heldByLines: 1, soldByLines: 1 });
    });

    promise('show a product that nobody ordered', async (ledger) => {
      await openSale(ledger);

      expect(await ledger.auditProducts()).toMatchObject([{ total: 10, heldByLines: 0, soldByLines: 0 }]);
    });

    promise('count orders by state', async (ledger) => {
      await openSale(ledger);
      await recordAll(ledger, [order(1).record, order(2).record, order(3).record]);
      await ledger.transition(orderId(1), 'cancelled', 'buyer');
      await ledger.transition(orderId(2), 'refunded', 'test');
      await ledger.revoke(order(4).record, 'test', { release: false });

      const counts = (await ledger.auditCounts()).find(({ saleId }) => saleId === night);

      const byState = { accepted: 0, confirmed: 1, expired: 0, cancelled: 1, refunded: 1, revoked: 1 };
      expect(counts).toEqual({ saleId: night, byState });
    });

    promise('count only orders accepted at a moment or later, to the millisecond', async (ledger) => {
      await openSale(ledger);
      const acceptedAt = (n: number) => instant(1_767_225_600_000 + n);
      await recordAll(
        ledger,
        [1, 2, 3].map((n) => order(n).with({ acceptedAt: acceptedAt(n) }).record),
      );

      const confirmed = async (since: number) =>
        (await ledger.auditCounts(acceptedAt(since))).find(({ saleId }) => saleId === night)?.byState.confirmed;

      expect([await confirmed(1), await confirmed(2), await confirmed(3), await confirmed(4)]).toEqual([3, 2, 1, 0]);
    });

    promise('find a key with two orders', async (ledger) => {
      await openSale(ledger);
      const twice = { userId: userId('ann'), idempotencyKey: key('same') };
      await recordAll(ledger, [order(1).with(twice).record, order(2).with(twice).record, order(3).record]);

      const [found, ...more] = await ledger.auditDuplicateKeys(10);

      expect(more).toEqual([]);
      expect(found).toMatchObject({ saleId: night, userId: 'ann', key: 'same' });
      expect([...(found?.orderIds ?? [])].sort()).toEqual([orderId(1), orderId(2)]);
    });

    promise('take the same key of another buyer or in another sale for another key', async (ledger) => {
      await openSale(ledger);
      await openSale(ledger, { id: matinee });
      const same = { idempotencyKey: key('same') };
      await recordAll(ledger, [
        order(1).by('ann').with(same).record,
        order(2).by('bob').with(same).record,
        aRecord(3)
          .by('ann')
          .with({ ...same, saleId: matinee }).record,
      ]);

      expect(await ledger.auditDuplicateKeys(10)).toEqual([]);
    });

    promise('find a buyer over the limit, over all orders that have not ended', async (ledger) => {
      await openSale(ledger, { limitPerUser: 2 });
      await recordAll(ledger, [
        order(1).of(2, 'ticket').by('ann').record,
        order(2).of(1, 'ticket').by('ann').record,
        order(3).of(2, 'ticket').by('bob').record,
        order(4).of(1, 'ticket').by('bob').record,
      ]);
      await ledger.transition(orderId(4), 'cancelled', 'buyer');

      expect(await ledger.auditLimits(10)).toEqual([
        { saleId: night, userId: 'ann', productId: ticket, units: 3, limitPerUser: 2 },
      ]);
    });

    promise('list no more than they were asked for', async (ledger) => {
      await openSale(ledger, { limitPerUser: 1 });
      await recordAll(
        ledger,
        [1, 2, 3].map((n) => order(n).of(2, 'ticket').record),
      );

      expect(await ledger.auditLimits(2)).toHaveLength(2);
    });

    promise('find accepted orders that should have ended, behind a grace', async (ledger) => {
      await openSale(ledger, { confirmation: 'explicit' });
      const expiresAt = await fromNow(ledger, -10_000);
      await recordAll(ledger, [
        order(1).with({ holdUntil: expiresAt }).record,
        order(2).with({ holdUntil: await fromNow(ledger, longMs) }).record,
      ]);

      expect(await ledger.auditOverdue(5_000, 10)).toEqual([{ orderId: orderId(1), expiresAt }]);
      expect(await ledger.auditOverdue(longMs, 10)).toEqual([]);
    });

    promise('find releases that the gate owes an answer for, behind a grace', async (ledger, world) => {
      await openSale(ledger);
      await recordAll(ledger, [order(1).record]);
      const before = await fromNow(ledger, 0);
      await ledger.transition(orderId(1), 'cancelled', 'buyer');
      await world.pass(20);

      const [stuck, ...more] = await ledger.auditStuckReleases(10, 10);

      expect(stuck?.orderId).toBe(orderId(1));
      expect(stuck?.since).toBeGreaterThanOrEqual(before - 1);
      expect(more).toEqual([]);
      expect(await ledger.auditStuckReleases(longMs, 10)).toEqual([]);
    });

    promise('say how much they went over', async (ledger) => {
      await openSale(ledger);
      const empty = await ledger.auditSizes();
      expect(empty).toEqual({ orders: 0, buyers: 0, keys: 0, deadLetters: 0 });

      await recordAll(ledger, [order(1).by('ann').record, order(2).by('ann').record, order(3).by('bob').record]);

      expect(await ledger.auditSizes()).toEqual({ orders: 3, buyers: 2, keys: 3, deadLetters: 0 });
    });

    promise('give the states of the orders that the ledger has', async (ledger) => {
      await openSale(ledger);
      await recordAll(ledger, [order(1).record, order(2).record]);
      await ledger.transition(orderId(2), 'cancelled', 'buyer');

      const states = await ledger.orderStates([orderId(1), orderId(2), orderId(404)]);

      expect(states).toEqual(
        new Map([
          [orderId(1), 'confirmed'],
          [orderId(2), 'cancelled'],
        ]),
      );
      expect((await ledger.orderStates([])).size).toBe(0);
    });

    promise('scan all orders of a sale or of all sales, oldest first, in pages', async (ledger) => {
      await openSale(ledger);
      await openSale(ledger, { id: matinee });
      const at = (n: number) => ({ acceptedAt: instant(1_767_225_600_000 - n * 1_000) });
      await recordAll(
        ledger,
        [1, 2, 3, 4, 5].map((n) => order(n).with(at(n)).record),
      );
      await recordAll(ledger, [aRecord(6).with({ saleId: matinee, ...at(6) }).record], { partition: 1 });
      const scanned = async (saleId: typeof night | null) => {
        const pages: string[][] = [];
        for await (const page of ledger.scan(saleId, 2)) pages.push(page.map((row) => row.orderId));
        return pages;
      };

      expect(await scanned(night)).toEqual([[orderId(5), orderId(4)], [orderId(3), orderId(2)], [orderId(1)]]);
      expect((await scanned(null)).flat()).toEqual([6, 5, 4, 3, 2, 1].map(orderId));
    });

    promise('scan orders as they are', async (ledger) => {
      await openSale(ledger);
      await recordAll(ledger, [order(1).record]);
      await ledger.transition(orderId(1), 'cancelled', 'buyer');

      for await (const page of ledger.scan(null, 10)) expect(page).toEqual([await ledger.order(orderId(1))]);
    });
  });
}
