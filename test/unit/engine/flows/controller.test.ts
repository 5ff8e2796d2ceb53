import { describe, expect, it } from 'vitest';
import type { IdempotencyKey, UserId } from '../../../../src/engine/domain/ids.ts';
import type { EngineEvent } from '../../../../src/engine/engine.ts';
import { epoch } from '../../../builders/ids.ts';
import { createMemoryFleet } from '../../../support/memory-fleet.ts';
import { createMemoryWorld, night, settings, ticket } from '../../../support/memory-world.ts';

async function aFleet(quantity = 5) {
  const fleet = createMemoryFleet();
  const [first, second] = [fleet.start(), fleet.start()];
  const opening = first.running.engine.initStock({ saleId: night, productId: ticket, quantity }, 'test');
  await fleet.clock.advance(3_000);
  await opening;
  const leader = () => fleet.ledger.leaseHolder('controller');
  return { fleet, first, second, leader };
}

const newOrder = (user: string) => ({
  saleId: night,
  userId: user as UserId,
  key: 'key' as IdempotencyKey,
  lines: [{ productId: ticket, quantity: 1 }],
  pass: null,
});

describe('the controller', () => {
  it('is one of two candidates; the other takes over within 4 s of its death', async () => {
    const { fleet, first, leader } = await aFleet();
    expect(await leader()).toBe('p1/p1');
    await fleet.clock.advance(20_000);
    expect(await leader()).toBe('p1/p1');

    first.kill();
    fleet.gate.lose();
    await fleet.clock.advance(4_000);
    expect(await leader()).toBe('p2/p2');
    await fleet.clock.advance(15_000);

    expect(await fleet.ledger.sale(night)).toMatchObject({ epoch: { epoch: 2, state: 'open' } });
  });

  it('that was paused writes nothing any more once another leads', async () => {
    const { fleet, first, leader } = await aFleet();
    first.pause();
    await fleet.clock.advance(5_000);
    expect(await leader()).toBe('p2/p2');
    fleet.gate.lose();
    first.resume();
    await fleet.clock.advance(20_000);

    const rebuilds = fleet.notes.filter((note) => note.includes('open in epoch 2'));
    expect(rebuilds.length).toBe(1);
    expect(rebuilds[0]).toContain('p2');
    await expect(
      fleet.ledger.nextEpoch(night, 'main' as never, 'stale', { name: 'controller', holder: 'p1/p1', token: 1 }),
    ).rejects.toMatchObject({ code: 'lease_lost' });
  });

  it('waits in a rebuild for no server of which it has seen before that its lease is over', async () => {
    const { fleet, second } = await aFleet();
    second.kill();
    await fleet.clock.advance(settings.serverLeaseMs + 1_000);

    fleet.gate.lose();
    await fleet.clock.advance(settings.appendDeadlineMs + 1_000);

    expect(await fleet.ledger.sale(night)).toMatchObject({ epoch: { epoch: 2, state: 'open' } });
  });

  it('forgets the rows of servers that died, and of no other', async () => {
    const { fleet, second } = await aFleet();
    const numberOfRows = async () => (await fleet.ledger.serverRows()).length;
    second.kill();
    await fleet.clock.advance(2 * settings.serverLeaseMs - 1_000);
    expect(await numberOfRows()).toBe(2);

    await fleet.clock.advance(2_500);
    expect(await numberOfRows()).toBe(1);
    await fleet.clock.advance(2 * settings.serverLeaseMs);
    expect(await numberOfRows()).toBe(1);
  });

  it.each(['lose', 'restart'] as const)('notices a lost gate where no buyer meets it (%s)', async (kind) => {
    const { fleet } = await aFleet();

    fleet.gate[kind]();
    await fleet.clock.advance(5_000);

    expect(await fleet.gate.fence(night)).toEqual({ epoch: 2, state: 'open', matches: true });
    expect(fleet.counts['fence_reported']).toBe(1);
  });

  it('sends a configuration again that its author did not get to the gate', async () => {
    const { fleet, second } = await aFleet();
    await fleet.ledger.saveSale({ saleId: night, state: 'paused' }, { actor: 'somebody who died', newSecret: '' });
    await fleet.clock.advance(1_500);

    const placed = second.running.engine.placeOrder(newOrder('ann'));
    await fleet.clock.advance(100);

    expect(await placed).toMatchObject({ kind: 'not_open', openness: { kind: 'paused' } });
  });

  it('does its duties for one sale where the gate refuses another', async () => {
    const { fleet, first } = await aFleet();
    first.disturb('gate', { kind: 'before' }, 5);
    const order = first.running.engine.placeOrder(newOrder('ann'));
    await fleet.clock.advance(10_000);

    expect((await order).kind).toBe('unknown');
    const again = first.running.engine.placeOrder(newOrder('ann'));
    await fleet.clock.advance(100);
    expect((await again).kind).toBe('accepted');
  });
});

describe('the relay', () => {
  it('appends what the log lost; the buyer’s retry hears duplicate', async () => {
    const world = createMemoryWorld();
    world.start();
    await world.openSale(5);
    world.orderLog.failNextAppend('lost');
    const lost = await world.place('ann', 'key-1');

    await world.clock.advance(3_000);

    expect(lost.kind).toBe('unknown');
    expect(world.counts['outbox_relayed']).toBe(1);
    expect(await world.engine.inventory(ticket, night)).toMatchObject({ free: 4, sold: 1 });
    expect((await world.place('ann', 'key-1')).kind).toBe('duplicate');
  });

  it('records an order once whose append was written though nobody was told', async () => {
    const world = createMemoryWorld();
    world.start();
    await world.openSale(5);
    world.orderLog.failNextAppend('written');
    await world.place('ann', 'key-1');

    await world.clock.advance(3_000);

    expect(world.counts).toMatchObject({ outbox_relayed: 1, orders_recorded: 1, orders_repeated: 1 });
    expect(await world.engine.inventory(ticket, night)).toMatchObject({ free: 4, sold: 1 });
  });

  it('leaves alone what is younger than relayAfterMs', async () => {
    const world = createMemoryWorld();
    world.start();
    await world.openSale(5);
    world.orderLog.failNextAppend('lost');
    await world.place('ann', 'key-1');

    await world.clock.advance(1_900);
    expect(await world.gate.unsettled(night, epoch(1), 0, 10)).toMatchObject({ size: 1 });
    expect(world.counts['outbox_relayed']).toBeUndefined();
    await world.clock.advance(500);

    expect(await world.gate.unsettled(night, epoch(1), 0, 10)).toMatchObject({ size: 0 });
  });
});

describe('events', () => {
  it('say how things stand to a newcomer, then only what changes, and nothing after leaving', async () => {
    const world = createMemoryWorld();
    world.start();
    await world.openSale(5);
    const events: EngineEvent[] = [];
    const leave = world.engine.subscribe((event) => void events.push(event));

    await world.clock.advance(2_000);
    expect(events).toEqual([
      { kind: 'sale', saleId: night, openness: 'open', gate: 'open' },
      { kind: 'stock', saleId: night, productId: ticket, total: 5, free: 5 },
    ]);
    events.length = 0;
    world.gate.lose();
    await world.clock.advance(300);
    expect(events).toEqual([{ kind: 'sale', saleId: night, openness: 'open', gate: 'rebuilding' }]);
    leave();
    events.length = 0;
    await world.clock.advance(10_000);

    expect(events).toEqual([]);
  });
});
