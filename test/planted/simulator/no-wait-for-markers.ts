import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inPort } from '../in-port.ts';

export const bug: PlantedBug = {
  name: 'no-wait-for-markers',
  story:
    'The markers are written, so the log is cut, and the snapshot can be read: that consumers have yet to come that far was forgotten. ' +
    'What they record afterwards is in no snapshot, and the new gate sells those units a second time.',
  plant: inPort('ledger', (parts) => ({
    partitionsPast: async () => Array.from({ length: parts.orderLog.partitions }, (_, index) => index),
  })),
};
