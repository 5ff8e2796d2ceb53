import type { OrderId } from '../../../src/engine/domain/ids.ts';
import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inPort } from '../in-port.ts';

export const bug: PlantedBug = {
  name: 'record-counts-twice',
  story:
    'Somebody wanted to see every copy of an order in the ledger, and made the place in the log part of the primary key. A ' +
    'copy that the relay or a repeated append has put into the log conflicts with nothing any more: it gets a row and units ' +
    'of its own.',
  plant: inPort('ledger', (parts) => ({
    async record(batch) {
      const inLedger = await parts.ledger.orderStates(
        batch.entries.flatMap((entry) => (entry.kind === 'order' ? [entry.record.orderId] : [])),
      );
      const met = new Set<OrderId>(inLedger.keys());
      const entries = batch.entries.map((entry) => {
        if (entry.kind === 'marker') return entry;
        const { orderId } = entry.record;
        if (!met.has(orderId)) {
          met.add(orderId);
          return entry;
        }
        return { ...entry, record: { ...entry.record, orderId: copyOf(orderId) } };
      });
      return parts.ledger.record({ ...batch, entries });
    },
  })),
};

/** The row of a second copy: an id that differs in its first digit. */
function copyOf(orderId: OrderId): OrderId {
  const first = (Number.parseInt(orderId.slice(0, 1), 16) + 1) % 16;
  return `${first.toString(16)}${orderId.slice(1)}` as OrderId; // made of an order id, digit by digit
}
