import type { RecordBytes } from '../../../src/engine/domain/order.ts';
import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';

export const bug: PlantedBug = {
  name: 'relay-settles-without-appending',
  story:
    'Most of what the relay finds is in the log already: its server heard nothing, and that was all. So an outbox entry that ' +
    'is old enough is taken for appended, and only settled. Where the append never happened the same key hears `duplicate` ' +
    'for an order that nobody has.',
  plant: (parts) => {
    const relayed = new WeakSet<RecordBytes>();
    return {
      ...parts,
      gate: {
        ...parts.gate,
        async unsettled(saleId, epoch, olderThanMs, limit) {
          const found = await parts.gate.unsettled(saleId, epoch, olderThanMs, limit);
          if (found.kind === 'rebuilding') return found;
          const orders = found.orders.map((each) => ({ ...each, record: each.record.slice() }));
          for (const { record } of orders) relayed.add(record);
          return { ...found, orders };
        },
      },
      orderLog: {
        ...parts.orderLog,
        append: (records, timeoutMs) =>
          records.every(({ bytes }) => relayed.has(bytes))
            ? Promise.resolve({ kind: 'appended' as const })
            : parts.orderLog.append(records, timeoutMs),
      },
    };
  },
};
