import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inGate } from '../in-world.ts';

export const bug: PlantedBug = {
  name: 'total-version-not-compared',
  story:
    'An `end` in the script stands a line too early: the comparison guards the version alone, and the total is set to whatever ' +
    'the gate is told. A total that was on its way for longer than the next one arrives behind it, and since the version is ' +
    'the newest one, nobody ever sends the right total again.',
  plantInWorld: inGate((gate) => ({
    async setTotal(saleId, epoch, told) {
      const sale = gate.openSale(saleId, epoch);
      if (sale === null) return gate.setTotal(saleId, epoch, told);
      const { free, total, totalVersion } = sale.stockOf(told.productId);
      const left = free + told.total - total;
      if (left < 0) return { kind: 'insufficient', free };
      const newest = Math.max(totalVersion, told.totalVersion);
      sale.setStock(told.productId, { total: told.total, totalVersion: newest, free: left });
      return { kind: 'applied' };
    },
  })),
};
