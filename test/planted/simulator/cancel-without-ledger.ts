import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inPort } from '../in-port.ts';

export const bug: PlantedBug = {
  name: 'cancel-without-ledger',
  story:
    'A cancelled unit should be on sale at once, so the gate gets it back first, and then the order is cancelled in the ' +
    'ledger. The next buyer has it before the ledger has decided: his order finds no room there, and where the cancellation ' +
    'is refused the unit is sold twice.',
  plant: inPort('ledger', (parts) => ({
    async transition(orderId, to, reason) {
      const order = to === 'cancelled' ? await parts.ledger.order(orderId) : null;
      const epoch = order === null ? null : (await parts.ledger.sale(order.saleId))?.epoch;
      if (order !== null && epoch) await parts.gate.release(order.saleId, epoch.epoch, [order]);
      return parts.ledger.transition(orderId, to, reason);
    },
  })),
};
