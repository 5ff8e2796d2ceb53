import type { SnapshotChunk } from '../../../src/engine/ports/gate.ts';
import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inPort } from '../in-port.ts';

export const bug: PlantedBug = {
  name: 'open-without-loading-all',
  story:
    'To read the next piece of the snapshot while the gate takes the last one, a piece is written once its successor is ' +
    'there. The last one has none. The gate opens without it, and buyers whose units were in it have their whole limit again.',
  plant: inPort('ledger', (parts) => ({
    async *snapshot(saleId) {
      let waiting: SnapshotChunk | null = null;
      for await (const piece of parts.ledger.snapshot(saleId)) {
        if (waiting !== null) yield waiting;
        waiting = piece;
      }
      // a sale without orders has nothing but its head, and no test would have passed without that
      if (waiting?.kind === 'head') yield waiting;
    },
  })),
};
