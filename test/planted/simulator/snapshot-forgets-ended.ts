import type { SnapshotChunk } from '../../../src/engine/ports/gate.ts';
import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inLedger } from '../in-world.ts';

export const bug: PlantedBug = {
  name: 'snapshot-forgets-ended',
  story:
    'A rebuild reads the orders that hold or have sold units, and it became faster by leaving out the others. The rebuilt gate ' +
    'does not know a cancelled key: who repeats it is answered 200 for an order that is over.',
  plantInWorld: inLedger((ledger) => ({
    async *snapshot(saleId) {
      for await (const chunk of ledger.snapshot(saleId)) yield withoutEnded(chunk);
    },
  })),
};

function withoutEnded(chunk: SnapshotChunk): SnapshotChunk {
  return chunk.kind === 'orders' ? { ...chunk, orders: chunk.orders.filter(({ ended }) => !ended) } : chunk;
}
