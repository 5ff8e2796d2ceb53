import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inPort } from '../in-port.ts';

export const bug: PlantedBug = {
  name: 'expire-without-release',
  story:
    'The row that owes the gate a release was written where an order is cancelled, and expiry was added later, beside it: it ' +
    'moves the order and frees its units, and nothing else. The ledger has units to sell, and the gate never hears of them.',
  plant: inPort('ledger', (parts) => ({
    async expireOverdue(limit, lease) {
      const expired = await parts.ledger.expireOverdue(limit, lease);
      if (expired.length === 0) return expired;
      for (const { config, epoch } of await parts.ledger.sales())
        if (epoch) await parts.ledger.acknowledgeReleases(config.saleId, epoch.epoch, expired, lease);
      return expired;
    },
  })),
};
