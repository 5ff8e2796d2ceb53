import { decideHolds } from '../../../src/engine/domain/decide-holds.ts';
import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inGate } from '../in-world.ts';

/** Between the look and the take, at a store that answers over a network. */
const thinkMs = 1;

export const bug: PlantedBug = {
  name: 'hold-not-atomic',
  story:
    'The stock moves into a store that has no scripts, so a hold becomes three requests: read the stock, decide, write it ' +
    'back. Two turns read the same last unit, and both take it.',
  plantInWorld: inGate((gate, clock) => ({
    async hold(batch) {
      const sale = gate.openSale(batch.saleId, batch.epoch);
      if (sale === null) return gate.hold(batch);
      const { outcomes, held } = decideHolds(sale, batch, clock.now());
      await clock.sleep(thinkMs);
      for (const request of held) sale.hold(request, clock.monotonicMs());
      return outcomes;
    },
  })),
};
