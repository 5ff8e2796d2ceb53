import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inGate } from '../in-world.ts';

export const bug: PlantedBug = {
  name: 'lines-not-atomic',
  story:
    'A hold went through the lines of an order and took each as it came; where a later line is sold out the order is refused, and the ' +
    'loop ends there. Nobody gives the earlier lines back. Tests ordered one product.',
  plantInWorld: inGate((gate) => ({
    async hold(batch) {
      const outcomes = await gate.hold(batch);
      const sale = gate.openSale(batch.saleId, batch.epoch);
      for (const [nth, outcome] of outcomes.entries()) {
        if (sale === null || outcome.kind !== 'sold_out') continue;
        for (const { productId, quantity } of batch.requests[nth]?.lines ?? []) {
          const stock = sale.stockOf(productId);
          if (productId === outcome.productId || stock.free < quantity) break;
          sale.setStock(productId, { ...stock, free: stock.free - quantity });
        }
      }
      return outcomes;
    },
  })),
};
