import { describe, expect, it } from 'vitest';
import { addMs } from '../../../../src/engine/domain/time.ts';
import { createMemoryWorld, night } from '../../../support/memory-world.ts';

const hourMs = 3_600_000;

describe('the window of a sale', () => {
  it('is refused where the order log would forget its first orders, and whatever else is changed is not', async () => {
    const world = createMemoryWorld({ settings: { logRetention: { hours: 48, setting: 'kafka.retentionHours' } } });
    world.start();
    await world.openSale(10);
    const inHours = (hours: number) => addMs(world.clock.now(), hours * hourMs);
    const change = (fields: object) =>
      world.within(10_000, world.engine.changeSale({ saleId: night, ...fields }, 'test'));
    expect(await change({ closesAt: inHours(23) })).toMatchObject({ kind: 'saved' });

    const longer = await change({ closesAt: inHours(30) });
    const earlier = await change({ opensAt: inHours(-3) });

    const why = expect.stringContaining('kafka.retentionHours');
    expect([longer, earlier]).toEqual([
      { kind: 'refused', why },
      { kind: 'refused', why },
    ]);
    expect(await world.engine.sale(night)).toMatchObject({ config: { opensAt: null } });
    expect(await change({ state: 'paused', admissionRate: 5 })).toMatchObject({ kind: 'saved' });
    expect(await change({ closesAt: null })).toMatchObject({ kind: 'saved' });
  });

  it('is of any length where the log keeps everything', async () => {
    const world = createMemoryWorld();
    world.start();
    await world.openSale(10);

    const closesAt = addMs(world.clock.now(), 10_000 * hourMs);
    const saved = await world.within(10_000, world.engine.changeSale({ saleId: night, closesAt }, 'test'));

    expect(saved).toMatchObject({ kind: 'saved' });
  });
});
