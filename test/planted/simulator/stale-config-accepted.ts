import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inGate } from '../in-world.ts';

export const bug: PlantedBug = {
  name: 'stale-config-accepted',
  story:
    'A server that named an older configuration was sent away to read the newer one, with the whole turn of buyers that it had ' +
    'brought. A minute of that in the access log was called a bug, and the gate takes whatever version it is told: for half a ' +
    'second buyers of one server pay the new price, and those of the next one the old.',
  plantInWorld: inGate((gate) => ({
    async hold(batch) {
      const newest = gate.openSale(batch.saleId, batch.epoch)?.config.version;
      return gate.hold({ ...batch, configVersion: newest ?? batch.configVersion });
    },
  })),
};
