import type { SaleView } from '../../../src/engine/domain/ledger-facts.ts';
import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';

export const bug: PlantedBug = {
  name: 'lease-not-checked',
  story:
    'A short trouble of the ledger stopped all sales, so a renewal that fails now keeps what the last one brought: old news is ' +
    'better than none. A server that is cut off from the ledger sells on at an old primary for as long as it likes, and no ' +
    'rebuild waits for it after its lease.',
  plant(parts) {
    let last: readonly SaleView[] | null = null;
    return {
      ...parts,
      ledger: {
        ...parts.ledger,
        async renewServer(serverId, highestNumberSeen) {
          try {
            last = await parts.ledger.renewServer(serverId, highestNumberSeen);
          } catch (error) {
            if (last === null) throw error;
            parts.telemetry.fault('server-lease', error);
          }
          return last;
        },
      },
    };
  },
};
