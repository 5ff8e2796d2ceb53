import { describe, expect, it } from 'vitest';
import type { OrderId } from '../../../../src/engine/domain/ids.ts';
import type { OrderState } from '../../../../src/engine/domain/order.ts';
import { orderId as idOf } from '../../../builders/ids.ts';
import { createMemoryWorld, night, ticket } from '../../../support/memory-world.ts';

async function aSale(
  confirmation: 'on_record' | 'explicit' = 'on_record',
  roles?: readonly ('serve' | 'consume' | 'control')[],
) {
  const world = createMemoryWorld();
  await world.ledger.saveSale(
    { saleId: night, state: 'open', confirmation, holdSeconds: 30, products: [{ productId: ticket }] },
    { actor: 'test', newSecret: 'a'.repeat(64) },
  );
  world.start(roles);
  await world.openSale(5);
  const order = await world.place('ann', 'key-1', 2);
  if (order.kind !== 'accepted') throw new Error(order.kind);
  const { orderId } = order;
  const states: OrderState[] = [];
  world.engine.watchOrder(orderId, (state) => void states.push(state));
  const cancel = (id: OrderId = orderId) => world.within(10_000, world.engine.cancelOrder(id));
  const confirm = (id: OrderId = orderId) => world.within(10_000, world.engine.confirmOrder(id));
  return { ...world, orderId, cancel, confirm, states };
}

describe('ending an order', () => {
  it('gives its units back at once, and says so again when it is repeated', async () => {
    const { cancel, engine, states, ledger, clock } = await aSale();

    expect(await cancel()).toMatchObject({ kind: 'done', state: 'cancelled' });
    expect(await engine.inventory(ticket, night)).toMatchObject({ free: 5, sold: 0 });
    expect(await cancel()).toMatchObject({ kind: 'done', state: 'cancelled' });
    await clock.advance(1_000);

    expect(await engine.inventory(ticket, night)).toMatchObject({ free: 5, sold: 0 });
    expect(await ledger.pendingReleases(night, 10)).toEqual([]);
    expect(states.at(-1)).toBe('cancelled');
  });

  it('waits for an order on its way into the ledger', async () => {
    const { cancel, start, clock, engine } = await aSale('on_record', ['serve', 'control']);

    const cancelling = cancel();
    await clock.advance(1_000);
    start(['consume']);

    expect(await cancelling).toMatchObject({ kind: 'done', state: 'cancelled' });
    expect(await engine.inventory(ticket, night)).toMatchObject({ free: 5, sold: 0 });
  });

  it('says unknown where the order is not recorded within the deadline, and leaves the gate alone', async () => {
    const { cancel, engine } = await aSale('on_record', ['serve', 'control']);

    expect(await cancel()).toEqual({ kind: 'unknown' });
    expect(await engine.inventory(ticket, night)).toMatchObject({ free: 3 });
  });

  it('says unknown_order where neither ledger nor gate has it', async () => {
    const { cancel } = await aSale();

    expect(await cancel(idOf(7))).toEqual({ kind: 'unknown_order' });
  });

  it('confirms only orders of explicit sales, once and again', async () => {
    const plain = await aSale();
    expect(await plain.confirm()).toMatchObject({ kind: 'forbidden', why: 'confirmation_not_explicit' });

    const { confirm, engine } = await aSale('explicit');
    expect(await confirm()).toMatchObject({ kind: 'done', state: 'confirmed' });
    expect(await confirm()).toMatchObject({ kind: 'done', state: 'confirmed' });
    expect(await engine.inventory(ticket, night)).toMatchObject({ free: 3, held: 0, sold: 2 });
  });

  it('lets the hold run out at its deadline: the units come back, a confirmation is too late', async () => {
    const { confirm, cancel, engine, clock, states } = await aSale('explicit');
    await clock.advance(29_000);
    expect(await engine.inventory(ticket, night)).toMatchObject({ free: 3, held: 2 });

    await clock.advance(2_000);

    expect(await engine.inventory(ticket, night)).toMatchObject({ free: 5, held: 0 });
    expect(await confirm()).toMatchObject({ kind: 'forbidden', why: 'too_late', state: 'expired' });
    expect(await cancel()).toMatchObject({ kind: 'forbidden', state: 'expired' });
    expect(states).toEqual(['accepted', 'expired']);
  });

  it('decides between a confirmation and the deadline by the clock, even where nobody has expired it yet', async () => {
    const { confirm, clock, ledger, orderId } = await aSale('explicit', ['serve', 'consume', 'control']);
    const order = await ledger.order(orderId);
    expect(order?.expiresAt).not.toBeNull();
    await clock.advance(30_000 - 50);

    const [one] = await Promise.all([confirm()]);

    expect(['done', 'forbidden']).toContain(one.kind);
    const state = (await ledger.order(orderId))?.state;
    expect(state).toBe(one.kind === 'done' ? 'confirmed' : 'expired');
  });

  it('releases again in the newest epoch what the gate has not acknowledged', async () => {
    const { ledger, gate, clock, engine, orderId } = await aSale();
    await clock.advance(500);
    gate.lose();
    await ledger.transition(orderId, 'cancelled', 'while the gate was away');
    expect((await ledger.pendingReleases(night, 10)).length).toBe(1);

    await clock.advance(8_000);

    expect(await ledger.pendingReleases(night, 10)).toEqual([]);
    expect(await engine.inventory(ticket, night)).toMatchObject({ free: 5, sold: 0, epoch: 2 });
  });
});

describe('the status of an order', () => {
  it('is the ledger’s, or accepted while only the gate knows it, and unknown while it is unsettled', async () => {
    const { engine, orderId } = await aSale();
    expect(await engine.orderStatus(orderId)).toMatchObject({ kind: 'status', state: 'confirmed' });

    const early = await aSale('on_record', ['serve', 'control']);
    expect(await early.engine.orderStatus(early.orderId)).toMatchObject({
      kind: 'status',
      state: 'accepted',
      order: null,
    });

    early.orderLog.failNextAppend('lost');
    await early.place('bob', 'key-2');
    const outbox = await early.gate.unsettled(night, 1 as never, 0, 1);
    const unsettled = outbox.kind === 'unsettled' ? outbox.orders[0]?.orderId : undefined;
    expect(unsettled && (await early.engine.orderStatus(unsettled))).toEqual({ kind: 'unknown' });
  });

  it('is unknown_order where nobody knows it, and rebuilding while the gate cannot say', async () => {
    const { engine, gate } = await aSale();

    expect(await engine.orderStatus(idOf(7))).toEqual({ kind: 'unknown_order' });
    gate.lose();
    expect(await engine.orderStatus(idOf(7))).toEqual({ kind: 'rebuilding' });
  });
});
