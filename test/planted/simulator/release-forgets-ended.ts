import { decideHolds } from '../../../src/engine/domain/decide-holds.ts';
import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inGate, viewOf } from '../in-world.ts';

export const bug: PlantedBug = {
  name: 'release-forgets-ended',
  story:
    'An order that was cancelled is over, so its id was deleted from the gate to save memory. The same key takes units once ' +
    'more, for an order id that the ledger has ended: no consumer records it again, and its units belong to nobody.',
  plantInWorld: inGate((gate, clock) => ({
    async hold(batch) {
      const sale = gate.openSale(batch.saleId, batch.epoch);
      if (sale === null) return gate.hold(batch);
      const view = viewOf(sale);
      const known: typeof view.known = (orderId) => {
        const order = view.known(orderId);
        return order?.state === 'ended' ? undefined : order;
      };
      const { outcomes, held } = decideHolds({ ...view, known }, batch, clock.now());
      for (const request of held) sale.hold(request, clock.monotonicMs());
      return outcomes;
    },
  })),
};
