import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../src/adapters/node/node-digest.ts';
import type { OrderId, SaleId } from '../../../../src/engine/domain/ids.ts';
import { orderIdOf } from '../../../../src/engine/domain/order-id.ts';
import type { PlaceOutcome } from '../../../../src/engine/engine.ts';
import type { HistoryEntry, HistoryOutcome } from '../../../../src/toolkit/history/history-entry.ts';
import type { HistoryBook } from '../../../../src/toolkit/verify/books.ts';
import { verifySale } from '../../../../src/toolkit/verify/verify-sale.ts';
import { kindsOf } from '../../../support/healthy-books.ts';
import { createMemoryWorld, night, ticket } from '../../../support/memory-world.ts';

type World = ReturnType<typeof createMemoryWorld>;

const told: Partial<Record<PlaceOutcome['kind'], HistoryOutcome>> = {
  accepted: 'accepted',
  duplicate: 'duplicate',
  sold_out: 'sold_out',
  over_limit: 'limit_reached',
  unknown: 'unknown',
  rebuilding: 'rebuilding',
};

/** A running sale of 10 tickets whose buyers write down what they hear. */
async function aNight(plant: (world: World) => void = () => {}) {
  const world = createMemoryWorld();
  plant(world);
  const stop = world.start();
  await world.openSale(10, { limitPerUser: 4 });
  const entries: HistoryEntry[] = [];
  return {
    world,
    entries,
    stop,
    async buy(userId: string, key: string, quantity = 1): Promise<PlaceOutcome> {
      const outcome = await world.place(userId, key, quantity);
      entries.push({
        scheduledMs: 0,
        sentMs: 0,
        doneMs: 1,
        saleId: night,
        userId,
        key,
        lines: [{ productId: ticket, quantity }],
        status: 'orderId' in outcome ? 200 : 503,
        outcome: told[outcome.kind] ?? 'refused',
        ...('orderId' in outcome ? { orderId: outcome.orderId } : {}),
      });
      return outcome;
    },
    /** Lets virtual time pass and verifies. */
    async verify(options: { readonly gate?: 'absent' } = {}) {
      await world.clock.advance(5_000);
      return world.within(
        60_000,
        verifySale({
          ledger: world.ledger,
          orderLog: world.orderLog,
          gateBook: options.gate ? null : { source: 'memory', read: () => world.engine.stats() },
          history: historyOf(entries),
          clock: world.clock,
          digest: nodeDigest,
          options: { saleId: null, since: null, waitMs: 5_000, maxRevoked: 0, graceMs: 10_000 },
        }),
      );
    },
  };
}

function historyOf(entries: readonly HistoryEntry[]): HistoryBook {
  return {
    source: 'memory',
    earlier: () => 0,
    truncatedLines: () => 0,
    async *read() {
      yield* entries;
    },
  };
}

describe('verify over the memory adapters', () => {
  it('holds after a sale with retries, limits, a cancellation and an append that nobody heard of', async () => {
    const { world, buy, verify, stop } = await aNight();
    await buy('ann', 'a', 2);
    await buy('ann', 'a', 2);
    await buy('ann', 'b', 3);
    const bob = await buy('bob', 'a', 4);
    world.orderLog.failNextAppend('lost');
    await buy('cas', 'a');
    world.orderLog.failNextAppend('written');
    await buy('dan', 'a');
    await world.clock.advance(3_000);
    if ('orderId' in bob) await world.within(5_000, world.engine.cancelOrder(bob.orderId));

    const report = await verify();

    expect(kindsOf(report)).toEqual([]);
    expect(report).toMatchObject({ verdict: 'holds', classes: { ok: 2, recovered: 2, lost: 0, stranded: 0 } });
    expect(report.books.gate.sales).toMatchObject([{ saleId: night, free: 6, outbox: 0 }]);
    await stop();
  });

  it('says that the gate is absent, and still holds the other books together', async () => {
    const { buy, verify, stop } = await aNight();
    await buy('ann', 'a', 2);

    const report = await verify({ gate: 'absent' });

    expect(report).toMatchObject({ verdict: 'holds', books: { gate: { state: 'absent' } }, classes: { ok: 1 } });
    await stop();
  });

  it('finds the hold of a gate that forgot its outbox, and names the key that may have made it', async () => {
    const { world, buy, verify, stop } = await aNight(({ gate }) =>
      Object.assign(gate, { unsettled: async () => ({ kind: 'unsettled', orders: [], size: 0 }) }),
    );
    await buy('ann', 'a', 2);
    world.orderLog.failNextAppend('lost');
    await buy('bob', 'a', 3);

    const report = await verify();

    const [found] = report.invariants.flatMap((one) => one.findings);
    const bob = await bobsId(world);
    expect(report.exitCode).toBe(20);
    expect(kindsOf(report)).toEqual(['conservation/units_stranded']);
    expect(found?.ids).toEqual([ticket, bob]);
    expect(report.classes.stranded).toBe(3);
    await stop();
  });

  it('finds the second row of a consumer that inserts twice', async () => {
    const { buy, verify, stop } = await aNight(({ ledger }) => {
      const record = ledger.record.bind(ledger);
      const inserted: typeof record = async (batch) => {
        const result = await record(batch);
        const again = batch.entries.flatMap((entry) =>
          entry.kind === 'order'
            ? [{ ...entry, record: { ...entry.record, orderId: other(entry.record.orderId) } }]
            : [],
        );
        await record({ ...batch, entries: again });
        return result;
      };
      Object.assign(ledger, { record: inserted });
    });
    const ann = await buy('ann', 'a');

    const report = await verify();

    expect(report.exitCode).toBe(20);
    expect(kindsOf(report)).toEqual(
      expect.arrayContaining([
        'no-duplicate/key_with_two_orders',
        'no-lost-order/order_unexpected',
        'conservation/units_unaccounted',
      ]),
    );
    expect(report.invariants.flatMap((one) => one.findings.flatMap(({ ids }) => ids))).toContain(
      'orderId' in ann ? ann.orderId : '',
    );
    await stop();
  });

  it('finds the orders of a gate that gives out what it does not have', async () => {
    const { buy, verify, stop } = await aNight(({ gate }) => {
      const hold = gate.hold.bind(gate);
      const generous: typeof hold = async (batch) =>
        (await hold(batch)).map((outcome, n) => {
          const request = batch.requests[n];
          return outcome.kind === 'sold_out' && request ? { kind: 'held', orderId: request.orderId } : outcome;
        });
      Object.assign(gate, { hold: generous });
    });
    for (const user of ['ann', 'bob', 'cas']) await buy(user, 'a', 4);

    const report = await verify();

    expect(report.exitCode).toBe(20);
    expect(kindsOf(report)).toContain('no-lost-order/too_many_revoked');
    expect(report.classes.revoked).toBe(1);
    await stop();
  });

  it('finds an order that was heard of and is in no other book', async () => {
    let lossy = false;
    const { world, buy, verify, stop } = await aNight(({ orderLog }) => {
      const append = orderLog.append.bind(orderLog);
      Object.assign(orderLog, {
        append: async (...[records, timeoutMs]: Parameters<typeof append>) =>
          records.length === 1 && lossy ? { kind: 'appended' } : append(records, timeoutMs),
      });
    });
    await buy('ann', 'a');
    lossy = true;
    const bob = await buy('bob', 'a');
    lossy = false;

    const report = await verify();

    expect(bob.kind).toBe('accepted');
    expect(kindsOf(report)).toEqual(expect.arrayContaining(['no-lost-order/heard_order_lost']));
    expect(report.invariants.flatMap((one) => one.findings.flatMap(({ ids }) => ids))).toContain(await bobsId(world));
    await stop();
  });
});

function other(orderId: OrderId): OrderId {
  return `${orderId.slice(0, -1)}${orderId.endsWith('0') ? '1' : '0'}` as OrderId;
}

async function bobsId(world: World): Promise<OrderId> {
  const sale = await world.ledger.sale(night as SaleId);
  return orderIdOf(sale?.orderIdSecret ?? '', 'bob' as never, 'a' as never, nodeDigest);
}
