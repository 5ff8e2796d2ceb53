import type { Lease } from '../../../src/engine/ports/lease.ts';
import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';

export const bug: PlantedBug = {
  name: 'release-acknowledged-before-the-gate',
  story:
    'Pending releases are taken as one takes work from a queue: read and deleted in one statement, so that no two controllers ' +
    'send the same. A gate that does not answer after that never gets its units back.',
  plant: (parts) => {
    let held: Lease | null = null;
    return {
      ...parts,
      ledger: {
        ...parts.ledger,
        async takeLease(name, holder, ttlMs) {
          held = await parts.ledger.takeLease(name, holder, ttlMs);
          return held;
        },
        async pendingReleases(saleId, limit) {
          const pending = await parts.ledger.pendingReleases(saleId, limit);
          const epoch = (await parts.ledger.sale(saleId))?.epoch?.epoch;
          if (held === null || epoch === undefined || pending.length === 0) return pending;
          const orderIds = pending.map(({ orderId }) => orderId);
          await parts.ledger.acknowledgeReleases(saleId, epoch, orderIds, held);
          return pending;
        },
      },
    };
  },
};
