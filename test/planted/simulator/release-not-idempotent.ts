import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inGate } from '../in-world.ts';

export const bug: PlantedBug = {
  name: 'release-not-idempotent',
  story:
    'Giving units back was a plain increment: the ledger knows what it has ended, and says so once. It says so until the gate ' +
    'has answered, and a cancellation says it too. Each repetition makes units that nobody has.',
  plantInWorld: inGate((gate) => ({
    async release(saleId, epoch, releases) {
      const sale = gate.openSale(saleId, epoch);
      for (const { orderId, lines } of releases) {
        if (sale?.known(orderId)?.state !== 'ended') continue;
        for (const { productId, quantity } of lines) {
          const stock = sale.stockOf(productId);
          sale.setStock(productId, { ...stock, free: stock.free + quantity });
        }
      }
      return gate.release(saleId, epoch, releases);
    },
  })),
};
