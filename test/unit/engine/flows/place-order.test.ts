import { describe, expect, it } from 'vitest';
import { jsonRecordCodec } from '../../../../src/adapters/node/json-record-codec.ts';
import { nodeDigest } from '../../../../src/adapters/node/node-digest.ts';
import {
  type IdempotencyKey,
  mainGate,
  type ProductId,
  type SaleId,
  type UserId,
} from '../../../../src/engine/domain/ids.ts';
import type { NewOrder } from '../../../../src/engine/engine.ts';
import { epoch } from '../../../builders/ids.ts';
import { createMemoryFleet } from '../../../support/memory-fleet.ts';
import { createMemoryWorld, night, ticket } from '../../../support/memory-world.ts';

async function anOpenWorld(quantity: number, terms: { readonly limitPerUser?: number } = {}, maxWaitingOrders = 1_000) {
  const world = createMemoryWorld({ settings: { maxWaitingOrders } });
  const stop = world.start();
  await world.openSale(quantity, terms);
  return { ...world, stop };
}

const order = (user: string, key: string, more: Partial<NewOrder> = {}): NewOrder => ({
  saleId: night,
  userId: user as UserId,
  key: key as IdempotencyKey,
  lines: [{ productId: ticket, quantity: 1 }],
  pass: null,
  ...more,
});

const kindsOf = (outcomes: readonly { readonly kind: string }[]) => {
  const counts: Record<string, number> = {};
  for (const { kind } of outcomes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

/** Its process stands still for 2 s, once it `standsStill`, between its look at the lease and the hold: while the order gets its id. */
async function aWorldThatMayStandStill() {
  let stoodStillMs = 0;
  const sha256Hex: typeof nodeDigest.sha256Hex = (text) => {
    if (world.standsStill) stoodStillMs = 2_000;
    return nodeDigest.sha256Hex(text);
  };
  const world = { ...createMemoryWorld({ parts: { digest: { ...nodeDigest, sha256Hex } } }), standsStill: false };
  const steady = world.clock.monotonicMs;
  world.clock.monotonicMs = () => steady() + stoodStillMs;
  world.start();
  await world.openSale(3);
  return world;
}

describe('placing orders', () => {
  it('accepts an order, records it, and answers the same key with the same order', async () => {
    const world = createMemoryWorld();
    const stop = world.start();
    await world.openSale(3);

    const first = await world.place('ann', 'key-1');
    const again = await world.place('ann', 'key-1');

    expect(first.kind).toBe('accepted');
    expect(again).toEqual({ ...first, kind: 'duplicate' });
    await world.clock.advance(1_000);
    expect(await world.engine.inventory(ticket, night)).toMatchObject({ total: 3, free: 2, held: 0, sold: 1 });
    await stop();
    expect(world.faults).toEqual([]);
  });

  it('does not promise an order where the process stood still between its look at the lease and the hold', async () => {
    const world = await aWorldThatMayStandStill();
    world.standsStill = true;

    const outcome = await world.place('ann', 'key-1');

    // The relay brings it into the log, so the same key finds it.
    expect(outcome).toEqual({ kind: 'unknown' });
    world.standsStill = false;
    await world.clock.advance(3_000);
    expect((await world.place('ann', 'key-1')).kind).toBe('duplicate');
  });

  it('does not repeat a promise where the process stood still: the gate that says settled may have been left behind', async () => {
    const world = await aWorldThatMayStandStill();
    const first = await world.place('ann', 'key-1');
    world.standsStill = true;

    const outcome = await world.place('ann', 'key-1');

    expect(first.kind).toBe('accepted');
    expect(outcome).toEqual({ kind: 'unknown' });
  });

  it('holds by what its server has reported, where the gate took long to hear of a configuration', async () => {
    const { gate, ledger, clock, place } = await anOpenWorld(3);
    const { hold, configure } = gate;
    const byEpochs: number[] = [];
    gate.hold = async (call) => {
      byEpochs.push(call.epoch);
      if (byEpochs.length > 1) return hold(call);
      return call.requests.map(() => ({ kind: 'stale_config', version: call.configVersion }));
    };
    gate.configure = async (...asked) => {
      gate.configure = configure;
      await ledger.reportFence(night, mainGate, epoch(1), 'test');
      while ((await ledger.serverRows()).some(({ highestNumberSeen }) => highestNumberSeen < 2)) await clock.sleep(10);
      return configure(...asked);
    };

    const outcome = await place('ann', 'key-1');

    expect(byEpochs).toEqual([1]);
    expect(outcome).toEqual({ kind: 'rebuilding' });
    await clock.advance(5_000);
    expect((await place('ann', 'key-1')).kind).toBe('accepted');
    expect(byEpochs).toEqual([1, 2]);
  });

  it('makes one order of 100 parallel requests with one key', async () => {
    const { engine, within, ledger, clock } = await anOpenWorld(50);

    const outcomes = await within(
      5_000,
      Promise.all(Array.from({ length: 100 }, () => engine.placeOrder(order('ann', 'key-1')))),
    );
    await clock.advance(500);

    expect(kindsOf(outcomes)).toEqual({ accepted: 1, duplicate: 99 });
    expect(new Set(outcomes.map((outcome) => 'orderId' in outcome && outcome.orderId)).size).toBe(1);
    expect(await ledger.totals(night)).toMatchObject([{ sold: 1 }]);
  });

  it('makes one order of 1,000 buyers on the last unit', async () => {
    const { engine, within, ledger, clock } = await anOpenWorld(1);

    const outcomes = await within(
      5_000,
      Promise.all(Array.from({ length: 1_000 }, (_, n) => engine.placeOrder(order(`user-${n}`, 'key')))),
    );
    await clock.advance(500);

    expect(kindsOf(outcomes)).toEqual({ accepted: 1, sold_out: 999 });
    expect(await ledger.totals(night)).toMatchObject([{ sold: 1 }]);
  });

  it('refuses another body with a known key, and names the order of the key', async () => {
    const { place } = await anOpenWorld(5);
    const first = await place('ann', 'key-1', 1);

    const other = await place('ann', 'key-1', 2);

    expect(other).toEqual({ ...first, kind: 'key_reused' });
  });

  it('takes the same lines in another form for the same body', async () => {
    const { place } = await anOpenWorld(5);
    const line = { productId: ticket, quantity: 1 };
    await place('ann', 'key-1', 1, { lines: [line, line] });

    expect((await place('ann', 'key-1', 2)).kind).toBe('duplicate');
  });

  it('refuses beyond the limit of a buyer, and decides a refused key anew', async () => {
    const { place, engine, within } = await anOpenWorld(5, { limitPerUser: 2 });
    const first = await place('ann', 'key-1', 2);

    expect(await place('ann', 'key-2', 1)).toEqual({ kind: 'over_limit', productId: ticket, limitPerUser: 2 });
    if (first.kind === 'accepted') await within(5_000, engine.cancelOrder(first.orderId));

    expect((await place('ann', 'key-2', 1)).kind).toBe('accepted');
  });

  it('says sold_out of the product that has not enough, and takes no unit of the others', async () => {
    const { place, ledger, engine } = await anOpenWorld(2);
    const poster = 'poster' as ProductId;
    await ledger.saveSale({ saleId: night, products: [{ productId: poster }] }, { actor: 'test', newSecret: '' });

    const outcome = await place('ann', 'key-1', 1, {
      lines: [
        { productId: ticket, quantity: 1 },
        { productId: poster, quantity: 1 },
      ],
    });

    expect(outcome).toEqual({ kind: 'sold_out', productId: poster });
    expect(await engine.inventory(ticket, night)).toMatchObject({ free: 2 });
  });

  it('says not_open for a paused and a closed sale, and still answers a known key', async () => {
    const { place, engine, within } = await anOpenWorld(5);
    const first = await place('ann', 'key-1');

    await within(5_000, engine.changeSale({ saleId: night, state: 'paused' }, 'test'));
    expect(await place('bob', 'key-1')).toMatchObject({ kind: 'not_open', openness: { kind: 'paused' } });
    expect(await place('ann', 'key-1')).toEqual({ ...first, kind: 'duplicate' });
    await within(5_000, engine.changeSale({ saleId: night, state: 'closed' }, 'test'));
    expect(await place('bob', 'key-1')).toMatchObject({ kind: 'not_open', openness: { kind: 'closed' } });
  });

  it('reads the ledger once, together, before it answers an unknown product or sale', async () => {
    const { engine, within, ledger, place } = await anOpenWorld(5);
    const other = 'other' as SaleId;
    const mug = 'mug' as ProductId;
    await ledger.saveSale(
      { saleId: other, state: 'open', products: [{ productId: mug }] },
      { actor: 'test', newSecret: 'b'.repeat(64) },
    );

    const lines = [{ productId: mug, quantity: 1 }];
    const outcomes = await within(
      5_000,
      Promise.all([1, 2, 3].map((n) => engine.placeOrder(order('ann', `${n}`, { saleId: null, lines })))),
    );

    expect(outcomes.map(({ kind }) => kind)).toEqual(['rebuilding', 'rebuilding', 'rebuilding']);
    expect((await place('ann', 'x', 1, { saleId: 'nowhere' as SaleId })).kind).toBe('unknown_sale');
    expect(await place('ann', 'x', 1, { lines: [{ productId: 'car' as ProductId, quantity: 1 }] })).toEqual({
      kind: 'unknown_product',
      productId: 'car',
    });
  });

  it('asks which sale is meant where a product stands in several, and takes the one that is not over', async () => {
    const { place, ledger, engine, within, clock } = await anOpenWorld(5);
    const morning = 'morning' as SaleId;
    await within(5_000, engine.initStock({ saleId: morning, productId: ticket, quantity: 5 }, 'test'));

    const both = await place('ann', 'key-1', 1, { saleId: null });
    await ledger.saveSale({ saleId: night, state: 'closed' }, { actor: 'test', newSecret: '' });
    await clock.advance(2_000);
    const one = await place('ann', 'key-1', 1, { saleId: null });

    expect(both).toMatchObject({ kind: 'sale_ambiguous' });
    expect(one.kind).toBe('accepted');
    expect(await ledger.totals(morning)).toMatchObject([{ sold: 1 }]);
  });

  it('refuses lines of two currencies', async () => {
    const { place, engine, within } = await anOpenWorld(5);
    const mug = 'mug' as ProductId;
    await within(5_000, engine.initStock({ saleId: night, productId: mug, quantity: 5, currency: 'USD' }, 'test'));

    const lines = [ticket, mug].map((productId) => ({ productId, quantity: 1 }));

    expect((await place('ann', 'key-1', 1, { lines })).kind).toBe('mixed_currency');
  });

  it('renews a stale configuration once and writes the new price into the record', async () => {
    const { ledger, gate, engine, within, orderLog } = await anOpenWorld(5);
    await ledger.saveSale(
      { saleId: night, products: [{ productId: ticket, priceMinor: 777n }] },
      { actor: 'test', newSecret: '' },
    );
    const sale = await ledger.sale(night);
    if (sale?.epoch) await gate.configure(night, sale.epoch.epoch, sale.config);

    const outcome = await within(5_000, engine.placeOrder(order('ann', 'key-1')));

    expect(outcome.kind).toBe('accepted');
    const prices: bigint[] = [];
    for await (const { entries } of orderLog.scan())
      for (const entry of entries)
        if (entry.kind === 'order') prices.push(...entry.record.lines.map((line) => line.unitPriceMinor));
    expect(prices).toEqual([777n]);
  });

  it('says overloaded at once where too many wait, and takes orders again afterwards', async () => {
    const { engine, within, place } = await anOpenWorld(50, {}, 10);

    const outcomes = await within(
      5_000,
      Promise.all(Array.from({ length: 25 }, (_, n) => engine.placeOrder(order(`u${n}`, 'key')))),
    );

    expect(kindsOf(outcomes)).toEqual({ accepted: 10, overloaded: 15 });
    expect((await place('ann', 'key-1')).kind).toBe('accepted');
  });

  it('counts those who wait for the ledger to name a product against the bound', async () => {
    const fleet = createMemoryFleet({ maxWaitingOrders: 4 });
    const server = fleet.start();
    await fleet.clock.advance(100);
    server.disturb('renew', { kind: 'slow', beforeMs: 1_000, afterMs: 0 }, 2);

    const asked = Promise.all(
      Array.from({ length: 9 }, (_, n) => server.running.engine.placeOrder(order(`u${n}`, 'key'))),
    );
    await fleet.clock.advance(5_000);

    expect(kindsOf(await asked)).toEqual({ unknown_sale: 4, overloaded: 5 });
  });

  it('appends an unsettled duplicate again with the record and the epoch of its hold', async () => {
    const { place, orderLog, clock, ledger } = await anOpenWorld(5);
    orderLog.failNextAppend('lost');

    const first = await place('ann', 'key-1');
    const again = await place('ann', 'key-1');
    await clock.advance(500);

    expect(first.kind).toBe('unknown');
    expect(again.kind).toBe('duplicate');
    if (again.kind !== 'duplicate') return;
    expect(await ledger.order(again.orderId)).toMatchObject({ state: 'confirmed', epoch: 1 });
  });

  it('ends an order whose server died before the append as accepted: the relay brings it to the log', async () => {
    const fleet = createMemoryFleet();
    const [server, other] = [fleet.start(), fleet.start()];
    const opening = server.running.engine.initStock({ saleId: night, productId: ticket, quantity: 3 }, 'test');
    await fleet.clock.advance(3_000);
    await opening;
    server.disturb('log', { kind: 'slow', beforeMs: 60_000, afterMs: 0 }, 1);
    void server.running.engine.placeOrder(order('ann', 'key-1'));
    await fleet.clock.advance(10);
    server.kill();

    await fleet.clock.advance(8_000);
    const again = other.running.engine.placeOrder(order('ann', 'key-1'));
    await fleet.clock.advance(100);

    expect((await again).kind).toBe('duplicate');
    expect(await fleet.ledger.totals(night)).toMatchObject([{ sold: 1 }]);
  });

  it('carries the deadline of an explicit sale in the record, and none of an on_record sale', async () => {
    const { place, ledger, orderLog, clock } = await anOpenWorld(5);
    await place('ann', 'key-1');
    await ledger.saveSale(
      {
        saleId: 'later' as SaleId,
        state: 'open',
        confirmation: 'explicit',
        holdSeconds: 90,
        products: [{ productId: 'mug' as ProductId }],
      },
      { actor: 'test', newSecret: 'c'.repeat(64) },
    );
    await ledger.setTotal('later' as SaleId, 'mug' as ProductId, 3, 0, 'test');
    await clock.advance(3_000);

    const outcome = await place('ann', 'key-1', 1, {
      saleId: null,
      lines: [{ productId: 'mug' as ProductId, quantity: 1 }],
    });

    expect(outcome.kind).toBe('accepted');
    const holds: (number | null)[] = [];
    for await (const { entries } of orderLog.scan())
      for (const entry of entries)
        if (entry.kind === 'order') {
          const { holdUntil, acceptedAt } = jsonRecordCodec.decode(entry.bytes);
          holds.push(holdUntil === null ? null : holdUntil - acceptedAt);
        }
    expect(holds.sort()).toEqual([90_000, null]);
  });
});
