import type { GateSale } from '../../../src/adapters/memory/gate-sale.ts';
import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inGate } from '../in-world.ts';

export const bug: PlantedBug = {
  name: 'head-does-not-wipe',
  story:
    'The first piece of a rebuild deleted all keys of the sale, which blocked Redis for as long as there were many; now it overwrites ' +
    'those that it brings. The outbox is none of them. What was held at the gate that was lost is still in it, so the same key hears of ' +
    'an order whose record is late.',
  plantInWorld: inGate((gate) => {
    let before: GateSale | null = null;
    return {
      async begin(saleId, epoch) {
        if ((await gate.fence(saleId)) === null) before = null; // lost with everything that it had
        return gate.begin(saleId, epoch);
      },
      async open(saleId, epoch) {
        const opened = await gate.open(saleId, epoch);
        const sale = gate.openSale(saleId, epoch);
        if (sale === null || sale === before) return opened;
        for (const { orderId, record, sinceMs } of before?.orders.outbox() ?? []) {
          const known = before?.known(orderId);
          if (known !== undefined && sale.known(orderId) === undefined)
            sale.orders.hold(orderId, known.requestHash, record, sinceMs);
        }
        before = sale;
        return opened;
      },
    };
  }),
};
