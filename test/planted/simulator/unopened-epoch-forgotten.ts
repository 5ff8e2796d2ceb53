import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inPort } from '../in-port.ts';

export const bug: PlantedBug = {
  name: 'unopened-epoch-forgotten',
  story:
    'An epoch is wanted where somebody reports a wrong fence, and reports against an epoch that nobody has opened are ignored: a rebuild ' +
    'is on its way. That the one who was about it may have died was seen to in a second condition, and a refactoring lost it. The sale ' +
    'stays shut.',
  plant: inPort('ledger', (parts) => ({
    epochsWanted: async () => (await parts.ledger.epochsWanted()).filter(({ reason }) => reason !== 'unopened'),
  })),
};
