import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inPort } from '../in-port.ts';

export const bug: PlantedBug = {
  name: 'settle-before-append',
  story:
    'Two round trips to the gate an order were one too many, so an order leaves the outbox right behind its hold, and the ' +
    'append has the rest of the deadline. Where the append fails nobody repeats it, and the next try of the buyer hears of ' +
    'an order that is in no log.',
  plant: inPort('gate', (parts) => ({
    async hold(batch) {
      const outcomes = await parts.gate.hold(batch);
      const held = outcomes.flatMap((outcome) => (outcome.kind === 'held' ? [outcome.orderId] : []));
      if (held.length > 0) await parts.gate.settle(batch.saleId, batch.epoch, held);
      return outcomes;
    },
  })),
};
