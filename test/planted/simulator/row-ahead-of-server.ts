import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inLedger } from '../in-world.ts';

export const bug: PlantedBug = {
  name: 'row-ahead-of-server',
  story:
    'A server reports the newest epoch that it has seen and brings home the next one, in one statement: so the statement was made to ' +
    'write what it returns. Where its answer is lost, the row says that the server knows the epoch, and nobody waits for a server that ' +
    'goes on with the one before.',
  plantInWorld: inLedger((ledger) => ({
    async renewServer(serverId, highestNumberSeen) {
      const numbers = (await ledger.sales()).map(({ epoch }) => epoch?.number ?? 0);
      return ledger.renewServer(serverId, Math.max(highestNumberSeen, ...numbers));
    },
  })),
};
