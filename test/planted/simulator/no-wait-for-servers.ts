import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inPort } from '../in-port.ts';

export const bug: PlantedBug = {
  name: 'no-wait-for-servers',
  story:
    'Every rebuild waited a lease for a server that had died, and the fence was raised anyway: nobody holds any more, so the wait ' +
    'was taken out. It was there for a server that the fence does not reach, because it stays with an old gate that lives on: ' +
    'behind the marker that server goes on saying yes.',
  plant: inPort('ledger', (parts) => ({
    // Each has seen whatever is asked for.
    serverRows: async () => {
      const rows = await parts.ledger.serverRows();
      return rows.map((row) => ({ ...row, highestNumberSeen: Number.MAX_SAFE_INTEGER }));
    },
  })),
};
