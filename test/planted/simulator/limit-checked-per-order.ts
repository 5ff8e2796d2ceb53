import { decideHolds } from '../../../src/engine/domain/decide-holds.ts';
import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inGate, viewOf } from '../in-world.ts';

export const bug: PlantedBug = {
  name: 'limit-checked-per-order',
  story:
    'The limit became a rule of the request: no line may have more units than a buyer may have. Nobody counts any more what ' +
    'the buyer holds already, so a bot with ten keys has ten times the limit.',
  plantInWorld: inGate((gate, clock) => ({
    async hold(batch) {
      const sale = gate.openSale(batch.saleId, batch.epoch);
      if (sale === null) return gate.hold(batch);
      const { outcomes, held } = decideHolds({ ...viewOf(sale), units: () => 0 }, batch, clock.now());
      for (const request of held) sale.hold(request, clock.monotonicMs());
      return outcomes;
    },
  })),
};
