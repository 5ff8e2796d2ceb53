import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inPort } from '../in-port.ts';

export const bug: PlantedBug = {
  name: 'snapshot-cut-short',
  story:
    'The snapshot is read in pages, and a read that fails ends the loop as the last page does: the error is in the log, and the rebuild ' +
    'goes on with what it has. The gate opens without the orders and the buyers of the pages that never came.',
  plant: inPort('ledger', (parts) => ({
    async *snapshot(saleId) {
      try {
        yield* parts.ledger.snapshot(saleId);
      } catch (error) {
        parts.telemetry.fault('rebuild-gate', error);
      }
    },
  })),
};
