import { describe, expect, it } from 'vitest';
import { createMemoryWorld, night, ticket } from '../../../support/memory-world.ts';

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
});
