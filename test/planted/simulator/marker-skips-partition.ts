import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inPort } from '../in-port.ts';

export const bug: PlantedBug = {
  name: 'marker-skips-partition',
  story:
    'Partitions are counted from 0, and whoever wrote the wait for the markers compared with the highest number instead of ' +
    'how many there are. A rebuild goes on as soon as all partitions but one have passed their marker. What that one still ' +
    'holds is recorded behind the snapshot, and the gate sells its units again.',
  plant: inPort('ledger', (parts) => ({
    async partitionsPast(marker) {
      const past = await parts.ledger.partitionsPast(marker);
      const { partitions } = parts.orderLog;
      return past.length === partitions - 1 ? Array.from({ length: partitions }, (_, index) => index) : past;
    },
  })),
};
