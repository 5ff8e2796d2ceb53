import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inPort } from '../in-port.ts';

export const bug: PlantedBug = {
  name: 'marker-before-the-deadline',
  story:
    'A rebuild waits the append deadline for what servers had sent before they heard of it. It was skipped where the ledger knows of no ' +
    'server, and the count that says so is now that of the servers which are still behind: when it is read there are none, ever. ' +
    'An append that is still under way arrives behind the marker, and its server says yes.',
  plant: inPort('ledger', (parts) => ({
    serversBehind: async (number, leaseMs) => ({
      ...(await parts.ledger.serversBehind(number, leaseMs)),
      known: 0,
    }),
  })),
};
