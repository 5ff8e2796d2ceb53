import type { ServerId } from '../../../src/engine/domain/ids.ts';
import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';

export const bug: PlantedBug = {
  name: 'rows-aged-by-the-ledgers-clock',
  story:
    'How old a server’s row is was asked of the ledger: everybody has the same clock there, and nobody has to watch. The flows were so ' +
    'until the simulator set that clock forward while a gate was made anew. Servers that had their lease looked dead, the ' +
    'rebuild waited for none of them, and one that stayed with the old gate went on saying yes behind the marker.',
  plant: (parts, { services, settings }) => {
    const seen = new Map<ServerId, { readonly renewal: string; readonly atMs: number }>();
    return {
      ...parts,
      ledger: {
        ...parts.ledger,
        async serverRows() {
          const rows = await parts.ledger.serverRows();
          const nowMs = services.ledgerClock.now();
          return rows.filter(({ serverId, renewal }) => {
            const known = seen.get(serverId);
            const row = known?.renewal === renewal ? known : { renewal, atMs: nowMs };
            seen.set(serverId, row);
            return nowMs - row.atMs < settings.serverLeaseMs;
          });
        },
      },
    };
  },
};
