import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inLedger } from '../in-world.ts';

export const bug: PlantedBug = {
  name: 'snapshot-without-buyers',
  story:
    'What each buyer holds can be computed from the orders, so it was left out of the snapshot; the gate that was to compute ' +
    'it came in another release. Behind a rebuild every buyer has his whole limit again.',
  plantInWorld: inLedger((ledger) => ({
    async *snapshot(saleId) {
      for await (const chunk of ledger.snapshot(saleId)) if (chunk.kind !== 'buyers') yield chunk;
    },
  })),
};
