import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inPort } from '../in-port.ts';

export const bug: PlantedBug = {
  name: 'raising-at-the-gate-first',
  story:
    'Buyers are waiting, so new units go to the gate first and into the ledger right after it. In between the gate sells what ' +
    'the authority does not have, and where the ledger does not answer, or somebody else has changed the total meanwhile, it ' +
    'never will.',
  plant: inPort('ledger', (parts) => ({
    async setTotal(saleId, productId, total, expectedVersion, actor) {
      const present = (await parts.ledger.totals(saleId)).find((each) => each.productId === productId);
      const epoch = (await parts.ledger.sale(saleId))?.epoch;
      if (present !== undefined && total > present.total && epoch?.state === 'open')
        await parts.gate.setTotal(saleId, epoch.epoch, { productId, total, totalVersion: expectedVersion + 1 });
      return parts.ledger.setTotal(saleId, productId, total, expectedVersion, actor);
    },
  })),
};
