import { describe, expect, it, vi } from 'vitest';
import type { IdempotencyKey, UserId } from '../../../../src/engine/domain/ids.ts';
import { createMemoryFleet } from '../../../support/memory-fleet.ts';
import { createMemoryWorld, night, ticket } from '../../../support/memory-world.ts';

async function anOpenWorld(quantity: number) {
  const world = createMemoryWorld();
  world.start();
  await world.openSale(quantity);
  const init = (to: number) =>
    world.within(10_000, world.engine.initStock({ saleId: night, productId: ticket, quantity: to }, 'test'));
  const change = (by: number) =>
    world.within(10_000, world.engine.changeStock({ saleId: night, productId: ticket, change: { by } }, 'test'));
  return { ...world, init, change };
}

async function aFleet(quantity: number) {
  const fleet = createMemoryFleet();
  const [first, second] = [fleet.start(), fleet.start()];
  const opening = first.running.engine.initStock({ saleId: night, productId: ticket, quantity }, 'test');
  await fleet.clock.advance(3_000);
  await opening;
  return { fleet, first, second };
}

const anOrder = {
  saleId: night,
  userId: 'ann' as UserId,
  key: 'k' as IdempotencyKey,
  lines: [{ productId: ticket, quantity: 1 }],
  pass: null,
};

describe('making the free stock N', () => {
  it('answers that a new sale has its units where nobody can say whether the other servers know of it', async () => {
    const world = createMemoryWorld();
    vi.spyOn(world.ledger, 'serversSilentSince').mockRejectedValue(new Error('the ledger is away'));
    world.start();

    await world.openSale(5);

    expect(world.faults).toEqual(['init-stock: the ledger is away']);
    expect(await world.engine.inventory(ticket, night)).toMatchObject({ free: 5 });
  });

  it('answers for a new sale when every server of the fleet sells it, whenever those renew', async () => {
    const kinds = [];
    for (let phaseMs = 0; phaseMs < 500; phaseMs += 20) {
      const fleet = createMemoryFleet();
      const first = fleet.start();
      await fleet.clock.advance(1_000 + phaseMs);
      const second = fleet.start();
      await fleet.clock.advance(1_000 - phaseMs);
      let answered = false;
      const opening = first.running.engine.initStock({ saleId: night, productId: ticket, quantity: 5 }, 'test');
      void opening.then(() => {
        answered = true;
      });
      await fleet.until(() => answered, 5_000, 10);
      const placing = second.running.engine.placeOrder(anOrder);
      await fleet.clock.advance(50);
      kinds.push((await opening).kind, (await placing).kind);
    }

    expect(new Set(kinds)).toEqual(new Set(['initialized', 'accepted']));
  });

  it('waits no longer than a second for a server that was killed', async () => {
    const fleet = createMemoryFleet();
    const [first, second] = [fleet.start(), fleet.start()];
    await fleet.clock.advance(700);
    second.kill();
    let answered = false;
    void first.running.engine.initStock({ saleId: night, productId: ticket, quantity: 5 }, 'test').then(() => {
      answered = true;
    });

    expect(await fleet.until(() => answered, 3_000, 10)).toBe(true);
  });

  it('leaves exactly N free after raising and after lowering, whatever is sold', async () => {
    const { init, place, engine, clock } = await anOpenWorld(5);
    await place('ann', 'key-1', 2);
    await clock.advance(300);

    expect(await init(10)).toMatchObject({ kind: 'initialized', total: 12, free: 10 });
    expect(await init(1)).toMatchObject({ kind: 'initialized', total: 3, free: 1 });
    expect(await init(0)).toMatchObject({ kind: 'initialized', total: 2, free: 0 });
    expect(await engine.inventory(ticket, night)).toMatchObject({ total: 2, free: 0, sold: 2 });
  });

  it('oversells nothing while buyers order at the same time', async () => {
    const { engine, within, ledger, gate, clock } = await anOpenWorld(20);
    const orders = Array.from({ length: 40 }, (_, n) =>
      engine.placeOrder({
        saleId: night,
        userId: `u${n}` as never,
        key: 'k' as never,
        lines: [{ productId: ticket, quantity: 1 }],
        pass: null,
      }),
    );
    const inits = [3, 7, 2].map((quantity) => engine.initStock({ saleId: night, productId: ticket, quantity }, 'test'));

    const outcomes = await within(10_000, Promise.all(inits));
    const placed = await within(10_000, Promise.all(orders));
    await clock.advance(2_000);

    expect(outcomes.every(({ kind }) => kind === 'initialized' || kind === 'refused')).toBe(true);
    const accepted = placed.filter(({ kind }) => kind === 'accepted').length;
    const [totals] = await ledger.totals(night);
    const stock = await gate.stock(night, 1 as never);
    expect(totals?.sold).toBe(accepted);
    expect(stock).toMatchObject({ products: [{ total: totals?.total, free: (totals?.total ?? 0) - accepted }] });
  });

  it('says after 4 s that no gate opens, and whether a controller is there', async () => {
    const world = createMemoryWorld();
    world.start(['serve']);
    const asked = world.clock.monotonicMs();

    const outcome = await world.within(
      10_000,
      world.engine.initStock({ saleId: night, productId: ticket, quantity: 5 }, 'test'),
    );

    expect(outcome).toEqual({ kind: 'rebuilding', controllerSeen: false });
    expect(world.clock.monotonicMs() - asked).toBeGreaterThanOrEqual(4_000);
    expect(world.clock.monotonicMs() - asked).toBeLessThan(4_200);
  });

  it('waits for a lowering that the controller has yet to finish', async () => {
    const { init, ledger, engine, clock } = await anOpenWorld(5);
    await clock.advance(100);
    const [totals] = await ledger.totals(night);
    await ledger.setTotal(night, ticket, 3, totals?.totalVersion ?? 0, 'somebody who died');

    expect(await init(4)).toMatchObject({ kind: 'initialized', total: 4, free: 4 });
    expect(await engine.inventory(ticket, night)).toMatchObject({ total: 4, free: 4 });
  });

  it('says unknown where the gate does not answer', async () => {
    const { fleet, first } = await aFleet(5);
    first.disturb('gate', { kind: 'before' }, 1_000);

    const outcome = first.running.engine.initStock({ saleId: night, productId: ticket, quantity: 9 }, 'test');
    await fleet.clock.advance(6_000);

    expect(await outcome).toEqual({ kind: 'unknown' });
  });
});

describe('changing a total', () => {
  it('raises at once and lowers as far as units are free', async () => {
    const { change, place, clock } = await anOpenWorld(5);
    await place('ann', 'key-1', 3);
    await clock.advance(300);

    expect(await change(+2)).toMatchObject({ kind: 'changed', total: 7, free: 4 });
    expect(await change(-4)).toMatchObject({ kind: 'changed', total: 3, free: 0 });
    expect(await change(-1)).toMatchObject({ kind: 'refused' });
    expect(await change(-9)).toMatchObject({ kind: 'refused' });
  });

  it('refuses a lowering below what is held at the gate and not recorded yet, and leaves no trace of it', async () => {
    const world = createMemoryWorld();
    world.start(['serve', 'control']);
    await world.openSale(5);
    await world.place('ann', 'key-1', 4);

    const outcome = await world.within(
      5_000,
      world.engine.changeStock({ saleId: night, productId: ticket, change: { to: 2 } }, 'test'),
    );

    expect(outcome.kind).toBe('refused');
    expect(await world.ledger.pendingStockChanges()).toEqual([]);
    expect(await world.ledger.totals(night)).toMatchObject([{ total: 5 }]);
  });

  it('leaves a lowering to the controller where the gate does not answer', async () => {
    const { fleet, first } = await aFleet(5);
    first.pause();
    await fleet.clock.advance(5_000);
    first.resume();
    first.disturb('gate', { kind: 'before' }, 3);

    const outcome = first.running.engine.changeStock({ saleId: night, productId: ticket, change: { to: 2 } }, 'test');
    await fleet.clock.advance(10);
    expect(await outcome).toMatchObject({ kind: 'pending', total: 2 });
    await fleet.clock.advance(3_000);

    expect(await fleet.ledger.totals(night)).toMatchObject([{ total: 2 }]);
    expect(await fleet.gate.stock(night, 1 as never)).toMatchObject({ products: [{ total: 2, free: 2 }] });
  });

  it('tells the gate of a raised total whose operator died before telling it', async () => {
    const { gate, ledger, clock } = await anOpenWorld(5);
    const [totals] = await ledger.totals(night);

    await ledger.setTotal(night, ticket, 9, totals?.totalVersion ?? 0, 'somebody who died');
    await clock.advance(1_500);

    expect(await gate.stock(night, 1 as never)).toMatchObject({ products: [{ total: 9, free: 9 }] });
  });

  it('never leaves the gate with more units than the ledger where a lowering arrives after a rebuild', async () => {
    const { fleet, first } = await aFleet(6);
    await fleet.clock.advance(10);
    // setTotal goes through at once, finishStockChange arrives when the gate was lost and made anew.
    const finish = fleet.ledger.finishStockChange;
    let held: (() => void) | null = null;
    fleet.ledger.finishStockChange = async (...args) => {
      if (held === null) await new Promise<void>((resolve) => (held = resolve));
      return finish(...args);
    };
    const lowering = first.running.engine.changeStock({ saleId: night, productId: ticket, change: { to: 2 } }, 'test');
    await fleet.clock.advance(5);
    fleet.ledger.finishStockChange = finish;
    fleet.gate.lose();
    await fleet.until(
      async () =>
        (await fleet.ledger.sale(night))?.epoch?.state === 'open' &&
        (await fleet.ledger.sale(night))?.epoch?.epoch === 2,
      10_000,
      10,
    );
    expect(held).not.toBeNull();
    (held as (() => void) | null)?.();
    await fleet.clock.settle();
    const orders = [1, 2, 3, 4, 5, 6].map((n) =>
      first.running.engine.placeOrder({
        saleId: night,
        userId: `u${n}` as never,
        key: 'k' as never,
        lines: [{ productId: ticket, quantity: 1 }],
        pass: null,
      }),
    );
    await fleet.clock.advance(4_000);
    await lowering;
    const kinds = (await Promise.all(orders)).map(({ kind }) => kind);

    expect(kinds).toContain('accepted');

    expect(fleet.counts['orders_revoked']).toBeUndefined();
    const [totals] = await fleet.ledger.totals(night);
    expect(await fleet.gate.stock(night, 2 as never)).toMatchObject({ products: [{ total: totals?.total }] });
  });
});
