import { expect, it } from 'vitest';
import { createVirtualClock } from '../../../../src/adapters/memory/virtual-clock.ts';
import type { IdempotencyKey, OrderId, UserId } from '../../../../src/engine/domain/ids.ts';
import type { OrderState } from '../../../../src/engine/domain/order.ts';
import { createOrderWatch } from '../../../../src/engine/flows/watch-orders.ts';
import { orderId } from '../../../builders/ids.ts';
import { createMemoryFleet } from '../../../support/memory-fleet.ts';
import { night, ticket } from '../../../support/memory-world.ts';

/** A ledger of states that a test sets; `asked` says which orders each look read. */
function aWatch() {
  const clock = createVirtualClock();
  const states = new Map<OrderId, OrderState>();
  const asked: number[] = [];
  const faults: unknown[] = [];
  const away = { now: false };
  const watch = createOrderWatch({
    clock,
    ledger: {
      async orderStates(orderIds) {
        asked.push(orderIds.length);
        if (away.now) throw new Error('away');
        return new Map(orderIds.flatMap((id) => (states.has(id) ? [[id, states.get(id) ?? 'accepted']] : [])));
      },
    },
    telemetry: { count: () => undefined, note: () => undefined, fault: (_where, error) => void faults.push(error) },
  });
  const stop = new AbortController();
  void watch.run(stop.signal);
  return { clock, states, asked, faults, away, watch };
}

it('tells what another process recorded and cancelled, newest state first known first', async () => {
  const fleet = createMemoryFleet();
  const [first, second] = [fleet.start(), fleet.start()];
  const opening = first.running.engine.initStock({ saleId: night, productId: ticket, quantity: 5 }, 'test');
  await fleet.clock.advance(3_000);
  await opening;
  const lines = [{ productId: ticket, quantity: 1 }];
  const key = 'key' as IdempotencyKey;
  const placing = first.running.engine.placeOrder({ saleId: night, userId: 'ann' as UserId, key, lines, pass: null });
  await fleet.clock.advance(100);
  const placed = await placing;
  if (placed.kind !== 'accepted') throw new Error(placed.kind);
  const heard: OrderState[] = [];
  second.running.engine.watchOrder(placed.orderId, (state) => void heard.push(state));

  await fleet.clock.advance(1_000);
  const cancelling = first.running.engine.cancelOrder(placed.orderId);
  await fleet.clock.advance(1_000);
  await cancelling;

  expect(heard).toEqual(['confirmed', 'cancelled']);
});

it('tells the present state to a newcomer, and changes to everybody', async () => {
  const { watch, states, clock } = aWatch();
  const heard: Record<'early' | 'late', OrderState[]> = { early: [], late: [] };
  watch.watch(orderId(1), (state) => void heard.early.push(state));
  states.set(orderId(1), 'accepted');
  await clock.advance(300);

  watch.watch(orderId(1), (state) => void heard.late.push(state));
  await clock.advance(300);
  states.set(orderId(1), 'confirmed');
  await clock.advance(300);

  expect(heard.late).toEqual(['accepted', 'confirmed']);
  expect(heard.early.at(-1)).toBe('confirmed');
});

it('asks nothing while nobody watches, and goes on after a ledger that was away', async () => {
  const { watch, states, clock, asked, away, faults } = aWatch();
  await clock.advance(2_000);
  expect(asked).toEqual([]);
  const heard: OrderState[] = [];
  const leave = watch.watch(orderId(1), (state) => void heard.push(state));
  states.set(orderId(1), 'confirmed');

  away.now = true;
  await clock.advance(1_000);
  away.now = false;
  await clock.advance(300);
  leave();
  const looks = asked.length;
  await clock.advance(2_000);

  expect(heard).toEqual(['confirmed']);
  expect(faults.length).toBeGreaterThan(0);
  expect(asked.length).toBe(looks);
});

it('asks for a thousand at once, and hears of each of many in turn', async () => {
  const { watch, states, clock, asked } = aWatch();
  const heard = new Set<number>();
  for (let n = 1; n <= 2_500; n += 1) {
    states.set(orderId(n), 'confirmed');
    watch.watch(orderId(n), () => void heard.add(n));
  }

  await clock.advance(1_000);

  expect(Math.max(...asked)).toBe(1_000);
  expect(heard.size).toBe(2_500);
});
