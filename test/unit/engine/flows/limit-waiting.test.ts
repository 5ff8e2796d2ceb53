import { describe, expect, it } from 'vitest';
import type { OrderId } from '../../../../src/engine/domain/ids.ts';
import { createMemoryWorld, night, ticket } from '../../../support/memory-world.ts';

const someOrder = '00000000-0000-8000-8000-000000000001' as OrderId;

describe('buyers who ask', () => {
  it('are told to come again at once where more wait for the ledger than it can answer in time', async () => {
    const world = createMemoryWorld();
    world.start();
    await world.openSale(5);
    const present = world.ledger.order;
    const away = Promise.withResolvers<void>();
    world.ledger.order = async (orderId) => {
      await away.promise;
      return present(orderId);
    };

    const waiting = Array.from({ length: 1_000 }, () => world.engine.orderStatus(someOrder));
    const late = await Promise.all([
      world.engine.orderStatus(someOrder),
      world.engine.cancelOrder(someOrder),
      world.engine.inventory(ticket, night),
    ]);
    away.resolve();

    expect(late).toEqual([{ kind: 'unknown' }, { kind: 'unknown' }, { kind: 'unknown' }]);
    for (const answer of await Promise.all(waiting)) expect(answer).toEqual({ kind: 'unknown_order' });
    expect(await world.engine.orderStatus(someOrder)).toEqual({ kind: 'unknown_order' });
  });
});
