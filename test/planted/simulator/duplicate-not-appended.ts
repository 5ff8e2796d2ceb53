import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inPort } from '../in-port.ts';

export const bug: PlantedBug = {
  name: 'duplicate-not-appended',
  story:
    'The gate knows the key, so the order is there, and the second try is answered at once. It may be there in the outbox ' +
    'alone: the first try has heard nothing from the log, and that was the reason for the second one.',
  plant: inPort('gate', (parts) => ({
    async hold(batch) {
      const outcomes = await parts.gate.hold(batch);
      return outcomes.map((outcome) =>
        outcome.kind === 'duplicate' ? { kind: 'duplicate', orderId: outcome.orderId, settled: true } : outcome,
      );
    },
  })),
};
