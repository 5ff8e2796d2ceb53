import { decideHolds } from '../../../src/engine/domain/decide-holds.ts';
import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inGate, viewOf } from '../in-world.ts';

export const bug: PlantedBug = {
  name: 'room-forgets-spent-passes',
  story:
    'A pass is signed and runs out after two minutes, and whoever checks both has checked it. Whether it was used before is ' +
    'nowhere written down any more: one place in the line admits as many orders as fit into those two minutes.',
  plantInWorld: inGate((gate, clock) => ({
    async hold(batch) {
      const sale = gate.openSale(batch.saleId, batch.epoch);
      if (sale === null) return gate.hold(batch);
      const { outcomes, held } = decideHolds({ ...viewOf(sale), passOwner: () => undefined }, batch, clock.now());
      for (const request of held) sale.hold(request, clock.monotonicMs());
      return outcomes;
    },
  })),
};
