import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inPort } from '../in-port.ts';

export const bug: PlantedBug = {
  name: 'lowering-before-the-gate',
  story:
    'Raising writes the ledger first and then tells the gate, and lowering was made to look the same. The ledger knows what is ' +
    'held and sold there, not what the gate has promised since: the lower total stands, and orders that were accepted ' +
    'meanwhile find no room.',
  plant: inPort('ledger', (parts) => ({
    async setTotal(saleId, productId, total, expectedVersion, actor) {
      const result = await parts.ledger.setTotal(saleId, productId, total, expectedVersion, actor);
      const epoch = (await parts.ledger.sale(saleId))?.epoch?.epoch;
      if (result.kind === 'lowering' && epoch !== undefined)
        await parts.ledger.finishStockChange(result.change, 'applied', epoch);
      return result;
    },
  })),
};
