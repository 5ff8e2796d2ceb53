import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inGate } from '../in-world.ts';

export const bug: PlantedBug = {
  name: 'release-skips-lines',
  story:
    'A cancellation gives back what was bought, and whoever wrote the script had one product in mind. The other lines of the order stay ' +
    'taken at the gate for ever, while the ledger has them to sell.',
  plantInWorld: inGate((gate) => ({
    release: (saleId, epoch, releases) =>
      gate.release(
        saleId,
        epoch,
        releases.map((each) => ({ ...each, lines: each.lines.slice(0, 1) })),
      ),
  })),
};
