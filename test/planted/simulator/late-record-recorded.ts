import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inPort } from '../in-port.ts';

export const bug: PlantedBug = {
  name: 'late-record-recorded',
  story:
    'The consumer was taught to write the epoch in which an order is recorded, because a dashboard wanted to count by it, and ' +
    'the comparison with the marker now reads that one. No record is late any more: what stands behind the marker of a newer ' +
    'epoch takes units that the rebuilt gate has given to others.',
  plant: inPort('ledger', (parts) => ({
    async record(batch) {
      const newest = new Map((await parts.ledger.sales()).map(({ config, epoch }) => [config.saleId, epoch?.epoch]));
      const entries = batch.entries.map((entry) => {
        if (entry.kind === 'marker') return entry;
        const { record } = entry;
        return { ...entry, record: { ...record, epoch: newest.get(record.saleId) ?? record.epoch } };
      });
      return parts.ledger.record({ ...batch, entries });
    },
  })),
};
