import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inGate } from '../in-world.ts';

export const bug: PlantedBug = {
  name: 'outbox-waits-for-its-clock',
  story:
    'The relay takes what has been in the outbox for two seconds, by the clock of the gate, which is never wrong. Then a time server sets ' +
    'it back by two minutes: what was held before is not two seconds old for two minutes, and until then nobody appends it.',
  plantInWorld: inGate((gate, clock) => ({
    async unsettled(saleId, epoch, olderThanMs, limit) {
      const found = await gate.unsettled(saleId, epoch, olderThanMs, limit);
      const outbox = gate.openSale(saleId, epoch)?.orders.outbox() ?? [];
      const stampedAhead = new Set(
        [...outbox].flatMap(({ orderId, sinceMs }) => (sinceMs > clock.monotonicMs() ? [orderId] : [])),
      );
      if (found.kind === 'rebuilding') return found;
      return { ...found, orders: found.orders.filter(({ orderId }) => !stampedAhead.has(orderId)) };
    },
  })),
};
