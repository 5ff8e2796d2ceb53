import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inLedger } from '../in-world.ts';

export const bug: PlantedBug = {
  name: 'finish-stock-change-of-an-old-epoch',
  story:
    'The gate has taken a lower total, so the ledger may take it, too: the version of the change says which one is meant, and the ' +
    'epoch beside it looked like a second lock on one door. Where that gate is lost in between, the next one is loaded with the ' +
    'higher total, and sells units that the ledger has just given up.',
  plantInWorld: inLedger((ledger) => ({
    async finishStockChange(change, verdict, epoch) {
      const newest = (await ledger.sale(change.saleId))?.epoch?.epoch;
      return ledger.finishStockChange(change, verdict, newest ?? epoch);
    },
  })),
};
