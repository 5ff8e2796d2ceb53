import type { Lease } from '../../../src/engine/ports/lease.ts';
import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import type { Services } from '../../../src/toolkit/simulate/world/services.ts';

/** The newest lease of each world: what a ledger that does not compare tokens goes by. */
const newest = new WeakMap<Services, Lease>();

export const bug: PlantedBug = {
  name: 'two-controllers-believe',
  story:
    'A leader that missed a renewal gave the whole sale up for nothing, so now he keeps what he has: whoever held the lease ' +
    'once believes in it until he is restarted, and the ledger compares no tokens. After a pause there are two, and each of ' +
    'them takes the next epoch from under the other.',
  plant: (parts, { services }) => {
    let once: Lease | null = null;
    const present = (lease: Lease) => newest.get(services) ?? lease;
    return {
      ...parts,
      ledger: {
        ...parts.ledger,
        async takeLease(name, holder, ttlMs) {
          const lease = await parts.ledger.takeLease(name, holder, ttlMs);
          if (lease !== null) newest.set(services, lease);
          once = lease ?? once;
          return once;
        },
        nextEpoch: (saleId, gateId, reason, lease) => parts.ledger.nextEpoch(saleId, gateId, reason, present(lease)),
        openEpoch: (saleId, gateId, epoch, lease) => parts.ledger.openEpoch(saleId, gateId, epoch, present(lease)),
        expireOverdue: (limit, lease) => parts.ledger.expireOverdue(limit, present(lease)),
        acknowledgeReleases: (saleId, epoch, orderIds, lease) =>
          parts.ledger.acknowledgeReleases(saleId, epoch, orderIds, present(lease)),
        checkpointRoom: (saleId, progress, lease) => parts.ledger.checkpointRoom(saleId, progress, present(lease)),
      },
    };
  },
};
