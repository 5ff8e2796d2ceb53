import { describe, expect, it } from 'vitest';
import { createMemoryLedger } from '../../../../src/adapters/memory/memory-ledger.ts';
import { createVirtualClock } from '../../../../src/adapters/memory/virtual-clock.ts';
import { mainGate, type OrderId } from '../../../../src/engine/domain/ids.ts';
import type { OrderRecord } from '../../../../src/engine/domain/order.ts';
import { recordOrders } from '../../../../src/engine/flows/record-orders.ts';
import type { LogBatch, LogEntry } from '../../../../src/engine/ports/order-log.ts';
import { epoch, instant, key, orderId, requestHash, userId } from '../../../builders/ids.ts';
import { createMemoryWorld, night, ticket } from '../../../support/memory-world.ts';

const recordOf = (n: number, quantity = 1, more: Partial<OrderRecord> = {}): OrderRecord => ({
  orderId: orderId(n),
  saleId: night,
  gateId: mainGate,
  epoch: epoch(1),
  userId: userId(`user-${n}`),
  idempotencyKey: key('key'),
  requestHash: requestHash(n),
  lines: [{ productId: ticket, quantity, unitPriceMinor: 100n }],
  currency: 'EUR',
  acceptedAt: instant(0),
  holdUntil: null,
  passId: null,
  ...more,
});
const entryOf = (record: OrderRecord): LogEntry => ({ kind: 'order', offset: 0n, record, bytes: new Uint8Array(1) });
const marker: LogEntry = { kind: 'marker', offset: 0n, marker: { saleId: night, gateId: mainGate, epoch: epoch(2) } };
const poison = (id: OrderId | null): LogEntry => ({
  kind: 'malformed',
  offset: 1n,
  orderId: id,
  bytes: new Uint8Array(3),
  reason: 'no order',
});
const batchOf = (entries: readonly LogEntry[], nextOffset = BigInt(entries.length)): LogBatch => ({
  partition: 0,
  entries,
  nextOffset,
});

/** A ledger with 3 units in an open epoch, and a consumer over it. */
async function aConsumer({ revoke }: { readonly revoke?: 'refused' } = {}) {
  const clock = createVirtualClock();
  const ledger = createMemoryLedger({ clock });
  await ledger.saveSale(
    { saleId: night, state: 'open', products: [{ productId: ticket }] },
    { actor: 'test', newSecret: 'a'.repeat(64) },
  );
  await ledger.setTotal(night, ticket, 3, 0, 'test');
  const lease = await ledger.takeLease('controller', 'test', 60_000);
  if (lease) {
    await ledger.nextEpoch(night, mainGate, 'test', lease);
    await ledger.openEpoch(night, mainGate, epoch(1), lease);
  }
  const counts: Record<string, number> = {};
  const crash = { afterWrites: Number.POSITIVE_INFINITY };
  const write =
    <Args extends unknown[], Value>(run: (...args: Args) => Promise<Value>) =>
    async (...args: Args) => {
      if (crash.afterWrites <= 0) throw new Error('the process died');
      crash.afterWrites -= 1;
      return run(...args);
    };
  const consume = (batch: LogBatch) =>
    recordOrders(batch, {
      ledger: {
        ...ledger,
        record: write(ledger.record),
        revoke: revoke === 'refused' ? async () => ({ kind: revoke, rule: 'no text' }) : write(ledger.revoke),
        storeDeadLetter: write(ledger.storeDeadLetter),
        reportFence: write(ledger.reportFence),
      },
      telemetry: {
        count: (what, n = 1) => {
          counts[what] = (counts[what] ?? 0) + n;
        },
        fault: () => undefined,
        note: () => undefined,
      },
      locate: async (id) => (id === orderId(9) ? { saleId: night, epoch: epoch(1) } : null),
    });
  const stateOf = async (n: number) => (await ledger.order(orderId(n)))?.state ?? null;
  const position = async () =>
    (await ledger.recordedOffsets('ledger')).find(({ partition }) => partition === 0)?.nextOffset;
  return { clock, ledger, consume, stateOf, position, counts, crash, lease };
}

describe('recording orders', () => {
  it('writes a batch at once', async () => {
    const { consume, ledger, position, stateOf } = await aConsumer();

    await consume(batchOf([entryOf(recordOf(1)), entryOf(recordOf(2))]));

    expect(await ledger.totals(night)).toMatchObject([{ sold: 2, held: 0 }]);
    expect(await position()).toBe(2n);
    expect([await stateOf(1), await stateOf(2)]).toEqual(['confirmed', 'confirmed']);
  });

  it('records a repeated record once', async () => {
    const { consume, ledger, counts } = await aConsumer();

    await consume(batchOf([entryOf(recordOf(1)), entryOf(recordOf(1))]));
    await consume(batchOf([entryOf(recordOf(1))], 3n));

    expect(await ledger.totals(night)).toMatchObject([{ sold: 1 }]);
    expect(counts).toMatchObject({ orders_recorded: 1, orders_repeated: 2 });
  });

  it('leaves a cancelled order as it is where its record comes again', async () => {
    const { consume, ledger, stateOf } = await aConsumer();
    await consume(batchOf([entryOf(recordOf(1))]));
    await ledger.transition(orderId(1), 'cancelled', 'test');

    await consume(batchOf([entryOf(recordOf(1)), entryOf(recordOf(2))], 3n));

    expect([await stateOf(1), await stateOf(2)]).toEqual(['cancelled', 'confirmed']);
  });

  it('skips what stands behind the marker of a newer epoch', async () => {
    const { consume, stateOf, counts } = await aConsumer();

    await consume(
      batchOf([entryOf(recordOf(1)), marker, entryOf(recordOf(2)), entryOf(recordOf(3, 1, { epoch: epoch(2) }))]),
    );

    expect([await stateOf(1), await stateOf(2), await stateOf(3)]).toEqual(['confirmed', null, 'confirmed']);
    expect(counts['orders_late']).toBe(1);
  });

  it('revokes only the order that breaks a rule, and asks for a new gate', async () => {
    const { consume, stateOf, ledger, counts } = await aConsumer();

    await consume(batchOf([entryOf(recordOf(1)), entryOf(recordOf(2, 3)), entryOf(recordOf(3)), entryOf(recordOf(4))]));

    expect([await stateOf(1), await stateOf(2), await stateOf(3), await stateOf(4)]).toEqual([
      'confirmed',
      'revoked',
      'confirmed',
      'confirmed',
    ]);
    expect(await ledger.totals(night)).toMatchObject([{ total: 3, sold: 3 }]);
    expect(await ledger.epochsWanted()).toMatchObject([{ saleId: night, reason: 'revoked' }]);
    expect(await ledger.pendingReleases(night, 10)).toEqual([]);
    expect(counts).toMatchObject({ orders_recorded: 3, orders_revoked: 1 });
  });

  it('revokes an order of a product that the ledger does not have', async () => {
    const { consume, stateOf } = await aConsumer();
    const unknown = recordOf(1, 1, { lines: [{ productId: 'car' as never, quantity: 1, unitPriceMinor: 1n }] });

    await consume(batchOf([entryOf(unknown), entryOf(recordOf(2))]));

    expect([await stateOf(1), await stateOf(2)]).toEqual(['revoked', 'confirmed']);
  });

  it('keeps a poisoned record, revokes its order, asks for a new gate, and goes on behind it', async () => {
    const { consume, stateOf, ledger, position } = await aConsumer();

    await consume(batchOf([entryOf(recordOf(1)), poison(orderId(9)), entryOf(recordOf(2))]));

    expect([await stateOf(1), await stateOf(9), await stateOf(2)]).toEqual(['confirmed', 'revoked', 'confirmed']);
    expect(await ledger.deadLetters(10)).toMatchObject([
      { orderId: orderId(9), saleId: night, offset: 1n, reason: 'no order' },
    ]);
    expect(await ledger.epochsWanted()).toMatchObject([{ reason: 'dead_letter' }]);
    expect(await position()).toBe(3n);
  });

  it('keeps a poisoned record of which nothing is known, and disturbs no sale', async () => {
    const { consume, ledger } = await aConsumer();

    await consume(batchOf([poison(null), entryOf(recordOf(1))]));
    await consume(batchOf([poison(null), entryOf(recordOf(1))]));

    expect((await ledger.deadLetters(10)).length).toBe(1);
    expect(await ledger.epochsWanted()).toEqual([]);
  });

  it('keeps a record like an unreadable one where not even its revocation can be written, and goes on behind it', async () => {
    const { consume, ledger, position, stateOf, counts } = await aConsumer({ revoke: 'refused' });

    await consume(batchOf([entryOf(recordOf(1)), entryOf(recordOf(9, 4)), entryOf(recordOf(3))]));

    expect([await stateOf(1), await stateOf(9), await stateOf(3)]).toEqual(['confirmed', 'revoked', 'confirmed']);
    expect(await ledger.deadLetters(10)).toMatchObject([{ orderId: orderId(9), saleId: night }]);
    expect(await position()).toBe(3n);
    expect(counts).toMatchObject({ orders_recorded: 2, dead_letters: 1 });
    expect(counts.orders_revoked).toBeUndefined();
  });

  it('never moves the position back', async () => {
    const { consume, position } = await aConsumer();
    await consume(batchOf([entryOf(recordOf(1))], 10n));

    await consume(batchOf([entryOf(recordOf(1))], 4n));
    await consume(batchOf([entryOf(recordOf(2, 3))], 5n));

    expect(await position()).toBe(10n);
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])(
    'comes to the same end where the process dies after %i writes and the batch comes again',
    async (writes) => {
      const { consume, ledger, stateOf, position, crash } = await aConsumer();
      const batch = batchOf([
        entryOf(recordOf(1)),
        poison(orderId(9)),
        entryOf(recordOf(2, 3)),
        entryOf(recordOf(3)),
        marker,
      ]);
      crash.afterWrites = writes;

      await consume(batch).catch(() => undefined);
      expect(await position()).not.toBe(writes < 7 ? 5n : null);
      crash.afterWrites = Number.POSITIVE_INFINITY;
      await consume(batch);

      expect([await stateOf(1), await stateOf(9), await stateOf(2), await stateOf(3)]).toEqual([
        'confirmed',
        'revoked',
        'revoked',
        'confirmed',
      ]);
      expect(await ledger.totals(night)).toMatchObject([{ sold: 2 }]);
      expect((await ledger.deadLetters(10)).length).toBe(1);
      expect(await position()).toBe(5n);
      expect(await ledger.partitionsPast({ saleId: night, gateId: mainGate, epoch: epoch(2) })).toEqual([0]);
    },
  );

  it('gives the units of a poisoned order back to the buyers by a rebuild', async () => {
    const world = createMemoryWorld();
    world.start(['serve', 'control']);
    await world.openSale(2);
    const order = await world.place('ann', 'key-1');
    if (order.kind !== 'accepted') throw new Error(order.kind);
    // The log's copy is spoilt before a consumer sees it.
    for await (const { entries } of world.orderLog.scan())
      for (const entry of entries) if (entry.kind === 'order') entry.bytes.fill(0);

    world.start(['consume']);
    await world.clock.advance(8_000);

    expect(await world.ledger.order(order.orderId)).toMatchObject({ state: 'revoked' });
    expect(await world.engine.inventory(ticket, night)).toMatchObject({ free: 2, sold: 0 });
    expect(await world.place('ann', 'key-1')).toMatchObject({ orderId: order.orderId });
  });
});
