import { describe, expect } from 'vitest';
import { ledgerGroup } from '../../src/engine/ports/order-log.ts';
import { aRecord } from '../builders/a-record.ts';
import { epoch, instant, orderId, productId } from '../builders/ids.ts';
import {
  batchOf,
  fromNow,
  leaseOf,
  longMs,
  type MakeLedger,
  marker,
  matinee,
  night,
  openEpoch,
  openSale,
  order,
  promisesOf,
  recordAll,
  unitsOf,
} from './ledger-world.ts';

/** Recording: exactly once in effect, whole batches, late records (ports/ledger-orders.ts; design.md sections 4 and 6). */
export function ledgerRecordingSuite(make: MakeLedger): void {
  const promise = promisesOf(make);

  describe('recording', () => {
    promise('confirms what was recorded in a sale that confirms on record', async (ledger) => {
      await openSale(ledger);

      const result = await ledger.record(batchOf([order(1).of(2, 'ticket').record]));

      expect(result).toEqual({ kind: 'recorded', recorded: 1, repeated: 0, late: 0 });
      expect(await unitsOf(ledger)).toBe('0 held, 2 sold of 10');
      const recorded = await ledger.order(orderId(1));
      expect(recorded).toMatchObject({ state: 'confirmed', expiresAt: null });
      expect(recorded?.history.at(-1)?.state).toBe('confirmed');
    });

    promise('holds what was recorded in a sale that confirms explicitly', async (ledger) => {
      await openSale(ledger, { confirmation: 'explicit' });
      const holdUntil = await fromNow(ledger, longMs);

      await recordAll(ledger, [order(1).of(2, 'ticket').with({ holdUntil }).record]);

      expect(await unitsOf(ledger)).toBe('2 held, 0 sold of 10');
      expect(await ledger.order(orderId(1))).toMatchObject({ state: 'accepted', expiresAt: holdUntil });
    });

    promise('keeps everything that the record said', async (ledger) => {
      await openSale(ledger, { stock: { seat: 10, 'plätze 🎟': 10 } });
      const { record } = order(1)
        .of(2, 'plätze 🎟')
        .of(1, 'seat')
        .by('Zoë')
        .with({ epoch: epoch(3), currency: 'JPY' });
      const before = await fromNow(ledger, 0);

      await recordAll(ledger, [record]);

      const recorded = await ledger.order(record.orderId);
      const { orderId: id, saleId, userId, idempotencyKey, currency, acceptedAt } = record;
      expect(recorded).toMatchObject({ orderId: id, saleId, userId, idempotencyKey, epoch: 3, currency, acceptedAt });
      expect(recorded?.lines).toHaveLength(2);
      expect(recorded?.lines).toEqual(expect.arrayContaining([...record.lines]));
      expect(recorded?.recordedAt).toBeGreaterThanOrEqual(before);
    });

    promise('keeps prices that are too large for a float', async (ledger) => {
      await openSale(ledger);
      const line = { productId: productId('ticket'), quantity: 1, unitPriceMinor: 9_007_199_254_740_993n };

      await recordAll(ledger, [order(1).with({ lines: [line] }).record]);

      expect((await ledger.order(orderId(1)))?.lines).toEqual([line]);
    });

    promise('knows nothing of an order that was never recorded', async (ledger) => {
      expect(await ledger.order(orderId(1))).toBeNull();
    });

    promise('counts an order once, however often and wherever it is recorded', async (ledger) => {
      await openSale(ledger);
      const { record } = order(1);

      const first = await ledger.record(batchOf([record, record]));
      const again = await ledger.record(batchOf([record, order(2).record], { nextOffset: 3n }));
      const elsewhere = await ledger.record(batchOf([record], { partition: 1 }));

      expect(first).toEqual({ kind: 'recorded', recorded: 1, repeated: 1, late: 0 });
      expect(again).toEqual({ kind: 'recorded', recorded: 1, repeated: 1, late: 0 });
      expect(elsewhere).toEqual({ kind: 'recorded', recorded: 0, repeated: 1, late: 0 });
      expect(await unitsOf(ledger)).toBe('0 held, 2 sold of 10');
      expect((await ledger.auditSizes()).orders).toBe(2);
    });

    promise('does not count again an order that has ended', async (ledger) => {
      await openSale(ledger);
      await recordAll(ledger, [order(1).record]);
      await ledger.transition(orderId(1), 'cancelled', 'test');

      await recordAll(ledger, [order(1).record]);

      expect(await unitsOf(ledger)).toBe('0 held, 0 sold of 10');
      expect((await ledger.order(orderId(1)))?.state).toBe('cancelled');
    });

    promise('counts every order once where consumers record the same and different ones at once', async (ledger) => {
      await openSale(ledger, { stock: { ticket: 1_000 } });
      const all = Array.from({ length: 60 }, (_, index) => order(index + 1).record);

      const results = await Promise.all(
        [0, 1, 2, 3].map(async (partition) => {
          let recorded = 0;
          for (let from = partition * 5; from + 20 <= all.length; from += 10) {
            const mine = all.slice(from, from + 20);
            const result = await ledger.record(batchOf(mine, { partition, nextOffset: BigInt(from + 20) }));
            if (result.kind === 'recorded') recorded += result.recorded;
          }
          return recorded;
        }),
      );

      expect(results.reduce((sum, recorded) => sum + recorded, 0)).toBe(60);
      expect(await unitsOf(ledger)).toBe('0 held, 60 sold of 1000');
    });

    promise('records an explicit order even where its deadline has passed', async (ledger) => {
      await openSale(ledger, { confirmation: 'explicit' });

      await recordAll(ledger, [order(1).with({ holdUntil: await fromNow(ledger, -longMs) }).record]);

      expect((await ledger.order(orderId(1)))?.state).toBe('accepted');
      expect(await unitsOf(ledger)).toBe('1 held, 0 sold of 10');
    });
  });

  describe('a sale that confirms otherwise than when the order was held', () => {
    // Allowed as long as it has no order, and those that are held already are on their way in the log.
    promise('confirms an order that was held without a deadline', async (ledger) => {
      await openSale(ledger, { confirmation: 'explicit' });

      await recordAll(ledger, [order(1).record]);

      expect(await ledger.order(orderId(1))).toMatchObject({ state: 'confirmed', expiresAt: null });
      expect(await unitsOf(ledger)).toBe('0 held, 1 sold of 10');
    });

    promise('holds an order that was held with a deadline, until that has passed', async (ledger) => {
      await openSale(ledger, { confirmation: 'on_record' });
      const holdUntil = await fromNow(ledger, -longMs);

      await recordAll(ledger, [order(1).with({ holdUntil }).record]);

      expect(await ledger.order(orderId(1))).toMatchObject({ state: 'accepted', expiresAt: holdUntil });
      expect(await unitsOf(ledger)).toBe('1 held, 0 sold of 10');
      expect(await ledger.expireOverdue(10, await leaseOf(ledger))).toEqual([orderId(1)]);
      expect(await unitsOf(ledger)).toBe('0 held, 0 sold of 10');
    });

    promise('lets an order that was held with a deadline be confirmed', async (ledger) => {
      await openSale(ledger, { confirmation: 'on_record' });
      await recordAll(ledger, [order(1).with({ holdUntil: await fromNow(ledger, longMs) }).record]);

      expect(await ledger.transition(orderId(1), 'confirmed', 'paid')).toMatchObject({ kind: 'moved' });

      expect(await unitsOf(ledger)).toBe('0 held, 1 sold of 10');
    });
  });

  describe('a batch that breaks a rule', () => {
    promise('is refused as a whole and writes nothing: no order, marker or offset', async (ledger) => {
      await openSale(ledger, { stock: { ticket: 3 } });

      const result = await ledger.record(
        batchOf([
          marker(2),
          order(1).with({ epoch: epoch(2) }).record,
          order(2)
            .of(3, 'ticket')
            .with({ epoch: epoch(2) }).record,
        ]),
      );

      expect(result).toMatchObject({ kind: 'refused', rule: expect.stringMatching(/./) });
      expect(await unitsOf(ledger)).toBe('0 held, 0 sold of 3');
      expect(await ledger.order(orderId(1))).toBeNull();
      expect(await ledger.partitionsPast(marker(2))).toEqual([]);
      expect(await ledger.recordedOffsets(ledgerGroup)).not.toContainEqual({ partition: 0, nextOffset: 3n });
    });

    promise('may be recorded order by order, up to the last unit', async (ledger) => {
      await openSale(ledger, { stock: { ticket: 2 } });
      const orders = [order(1), order(2).of(2, 'ticket'), order(3)].map(({ record }) => record);

      const results = [];
      for (const record of orders) results.push((await ledger.record(batchOf([record]))).kind);

      expect(results).toEqual(['recorded', 'refused', 'recorded']);
      expect(await unitsOf(ledger)).toBe('0 held, 2 sold of 2');
    });

    promise('is refused where a product or the sale is missing', async (ledger) => {
      await openSale(ledger);

      expect((await ledger.record(batchOf([order(1).of(1, 'ghost').record]))).kind).toBe('refused');
      expect((await ledger.record(batchOf([aRecord(2).with({ saleId: matinee }).record]))).kind).toBe('refused');

      expect(await ledger.order(orderId(1))).toBeNull();
    });

    promise('takes all lines of an order or none', async (ledger) => {
      await openSale(ledger, { stock: { seat: 5, ticket: 1 } });

      expect((await ledger.record(batchOf([order(1).of(1, 'seat').of(2, 'ticket').record]))).kind).toBe('refused');

      expect(await unitsOf(ledger, 'seat')).toBe('0 held, 0 sold of 5');
    });

    promise('never oversells, whoever records at once', async (ledger) => {
      await openSale(ledger, { stock: { ticket: 10 } });

      const results = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          ledger.record(batchOf([order(n + 1).record], { partition: n % 4, nextOffset: BigInt(n + 1) })),
        ),
      );

      expect(results.filter(({ kind }) => kind === 'recorded')).toHaveLength(10);
      expect(await unitsOf(ledger)).toBe('0 held, 10 sold of 10');
    });
  });

  describe('offsets and late records', () => {
    promise('moves a partition on with its batch, and never back', async (ledger) => {
      await openSale(ledger);
      await recordAll(ledger, [order(1).record], { partition: 2, nextOffset: 40n });
      await recordAll(ledger, [order(1).record], { partition: 2, nextOffset: 7n });
      await recordAll(ledger, [], { partition: 1, nextOffset: 9_007_199_254_740_993n });

      expect(await ledger.recordedOffsets(ledgerGroup)).toEqual([
        { partition: 1, nextOffset: 9_007_199_254_740_993n },
        { partition: 2, nextOffset: 40n },
      ]);
      expect(await ledger.recordedOffsets('audit')).toEqual([]);
    });

    promise(
      'skips and counts a record behind the marker of a newer epoch, in one batch or a later one',
      async (ledger) => {
        await openSale(ledger);

        const together = await ledger.record(batchOf([order(1).record, marker(2), order(2).record]));
        const later = await ledger.record(batchOf([order(3).record], { nextOffset: 4n }));

        expect(together).toEqual({ kind: 'recorded', recorded: 1, repeated: 0, late: 1 });
        expect(later).toEqual({ kind: 'recorded', recorded: 0, repeated: 0, late: 1 });
        expect(await ledger.order(orderId(2))).toBeNull();
        expect(await ledger.order(orderId(3))).toBeNull();
        expect(await unitsOf(ledger)).toBe('0 held, 1 sold of 10');
      },
    );

    promise(
      'takes a record of the marked epoch, of another sale, or in a partition without the marker',
      async (ledger) => {
        await openSale(ledger);
        await openSale(ledger, { id: matinee });
        await recordAll(ledger, [marker(2)]);

        const own = await ledger.record(batchOf([order(1).with({ epoch: epoch(2) }).record]));
        const otherSale = await ledger.record(batchOf([aRecord(2).with({ saleId: matinee }).record]));
        const otherPartition = await ledger.record(batchOf([order(3).record], { partition: 1 }));

        for (const result of [own, otherSale, otherPartition]) expect(result).toMatchObject({ recorded: 1, late: 0 });
      },
    );

    promise('keeps the newest marker where an older one comes behind it', async (ledger) => {
      await openSale(ledger);

      await recordAll(ledger, [marker(5), marker(3)]);
      const result = await ledger.record(batchOf([order(1).with({ epoch: epoch(4) }).record]));

      expect(result).toMatchObject({ recorded: 0, late: 1 });
    });

    promise('lets no consumer that lost its partition write behind a marker', async (ledger) => {
      await openSale(ledger);
      // Both read order 1; the zombie had no marker in its batch, but by now the ledger has seen it.
      const zombie = batchOf([order(1).record], { nextOffset: 1n });
      await recordAll(ledger, [marker(2)], { nextOffset: 5n });

      expect(await ledger.record(zombie)).toMatchObject({ recorded: 0, late: 1 });

      expect(await ledger.recordedOffsets(ledgerGroup)).toEqual([{ partition: 0, nextOffset: 5n }]);
    });

    promise('says which partitions are past a marker', async (ledger) => {
      await openSale(ledger);
      await recordAll(ledger, [marker(2)], { partition: 3 });
      await recordAll(ledger, [order(1).record, marker(2)], { partition: 0 });
      await recordAll(ledger, [marker(1)], { partition: 1 });
      await recordAll(ledger, [marker(2, matinee)], { partition: 2 });

      expect(await ledger.partitionsPast(marker(2))).toEqual([0, 3]);
      expect(await ledger.partitionsPast(marker(3))).toEqual([]);
    });
  });

  describe('revoked orders and dead letters', () => {
    promise('keeps an order that cannot be recorded as revoked, without units', async (ledger) => {
      await openSale(ledger, { stock: { ticket: 1 } });

      const holdUntil = await fromNow(ledger, longMs);

      await ledger.revoke(order(1).of(5, 'ticket').with({ holdUntil }).record, 'units_within_total', {
        release: false,
      });

      const revoked = await ledger.order(orderId(1));
      expect(revoked).toMatchObject({ state: 'revoked', expiresAt: holdUntil });
      expect(revoked?.history.at(-1)).toMatchObject({ state: 'revoked', reason: 'units_within_total' });
      expect(await unitsOf(ledger)).toBe('0 held, 0 sold of 1');
      expect(await ledger.pendingReleases(night, 10)).toEqual([]);
    });

    promise('owes the gate the units of a revoked order where that was asked for', async (ledger) => {
      await openSale(ledger);
      const { record } = order(1).of(2, 'ghost');

      await ledger.revoke(record, 'product_missing', { release: true });
      await ledger.revoke(record, 'product_missing', { release: true });

      const lines = [{ productId: productId('ghost'), quantity: 2 }];
      expect(await ledger.pendingReleases(night, 10)).toEqual([
        { orderId: record.orderId, saleId: night, userId: record.userId, lines },
      ]);
    });

    promise('revokes an order of a sale that it does not know', async (ledger) => {
      const { record } = order(1).with({ saleId: matinee });

      expect(await ledger.revoke(record, 'product_missing', { release: false })).toEqual({ kind: 'revoked' });

      expect(await ledger.order(record.orderId)).toMatchObject({ saleId: matinee, state: 'revoked' });
    });

    promise('does not record a revoked order afterwards, nor revoke a recorded one', async (ledger) => {
      await openSale(ledger);
      await ledger.revoke(order(1).record, 'test', { release: false });
      await recordAll(ledger, [order(1).record, order(2).record]);
      await ledger.revoke(order(2).record, 'test', { release: true });

      expect(await ledger.orderStates([orderId(1), orderId(2)])).toEqual(
        new Map([
          [orderId(1), 'revoked'],
          [orderId(2), 'confirmed'],
        ]),
      );
      expect(await unitsOf(ledger)).toBe('0 held, 1 sold of 10');
      expect(await ledger.pendingReleases(night, 10)).toEqual([]);
    });

    promise('keeps a record that could not be read once, and its order as revoked', async (ledger) => {
      await openSale(ledger);
      await openEpoch(ledger, await leaseOf(ledger));
      const letter = {
        partition: 1,
        offset: 9_007_199_254_740_993n,
        orderId: orderId(1),
        saleId: night,
        reason: 'no JSON',
        bytes: new Uint8Array([0, 255, 10]),
      };

      await ledger.storeDeadLetter(letter);
      await ledger.storeDeadLetter(letter);

      const [kept, ...more] = await ledger.deadLetters(10);
      expect(more).toEqual([]);
      expect(kept).toMatchObject({ ...letter, bytes: expect.anything() });
      expect([...(kept?.bytes ?? [])]).toEqual([0, 255, 10]);
      expect((await ledger.order(orderId(1)))?.state).toBe('revoked');
      expect(await ledger.auditDuplicateKeys(10)).toEqual([]);
    });

    promise(
      'revokes the order of a letter that came without its sale, when the letter comes again with it',
      async (ledger) => {
        await openSale(ledger);
        await openEpoch(ledger, await leaseOf(ledger));
        const letter = { partition: 1, offset: 7n, orderId: orderId(1), reason: 'cut', bytes: new Uint8Array(1) };
        // No gate could say whose it is: the one that knows the order was being made anew.
        await ledger.storeDeadLetter({ ...letter, saleId: null });
        expect(await ledger.order(orderId(1))).toBeNull();

        await ledger.storeDeadLetter({ ...letter, saleId: night });

        expect(await ledger.order(orderId(1))).toMatchObject({ saleId: night, state: 'revoked' });
        expect(await ledger.pendingReleases(night, 10)).toMatchObject([{ orderId: orderId(1), lines: [] }]);
        expect(await ledger.deadLetters(10)).toHaveLength(1);
      },
    );

    promise('leaves an order alone that is recorded already, when a malformed copy of it comes', async (ledger) => {
      await openSale(ledger);
      await recordAll(ledger, [order(1).record]);

      const letter = {
        partition: 0,
        offset: 5n,
        orderId: orderId(1),
        saleId: night,
        reason: 'cut',
        bytes: new Uint8Array(1),
      };
      await ledger.storeDeadLetter(letter);

      expect((await ledger.order(orderId(1)))?.state).toBe('confirmed');
      expect(await unitsOf(ledger)).toBe('0 held, 1 sold of 10');
      expect(await ledger.pendingReleases(night, 10)).toEqual([]);
    });

    promise('gives letters by id until they are removed, also those of which nothing could be read', async (ledger) => {
      const unreadable = { partition: 0, orderId: null, saleId: null, reason: 'empty', bytes: new Uint8Array(0) };
      await ledger.storeDeadLetter({ ...unreadable, offset: 1n });
      await ledger.storeDeadLetter({ ...unreadable, offset: 2n });
      expect(await ledger.deadLetters(1)).toHaveLength(1);
      const [first] = await ledger.deadLetters(10);
      const id = first?.id ?? 0;
      expect(await ledger.deadLetter(id)).toEqual(first);

      await ledger.removeDeadLetter(id, 'test');

      expect(await ledger.deadLetter(id)).toBeNull();
      expect(await ledger.deadLetters(10)).toHaveLength(1);
      expect((await ledger.auditSizes()).deadLetters).toBe(1);
    });
  });

  describe('the ledger itself', () => {
    promise('tells its clock', async (ledger) => {
      const { latencyMs, nowMs } = await ledger.ping();

      expect(latencyMs).toBeGreaterThanOrEqual(0);
      expect(nowMs).toBeGreaterThan(instant(1_700_000_000_000));
    });
  });
}
