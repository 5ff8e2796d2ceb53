import type { LogAppend } from '../../../src/engine/ports/order-log.ts';
import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';
import { inPort } from '../in-port.ts';

export const bug: PlantedBug = {
  name: 'half-an-append',
  story:
    'One append goes to several partitions, and their answers come one by one: whoever wrote the client ended the wait with ' +
    'the first of them. It says `appended` for all orders of the turn, also for those whose partition has lost its leader.',
  plant: inPort('orderLog', (parts) => ({
    append(records, timeoutMs) {
      const byPartition = new Map<number, LogAppend[]>();
      for (const record of records) {
        const index = Number.parseInt(record.orderId.slice(-8), 16) % parts.orderLog.partitions;
        const some = byPartition.get(index) ?? [];
        byPartition.set(index, some);
        some.push(record);
      }
      return Promise.race([...byPartition.values()].map((some) => parts.orderLog.append(some, timeoutMs)));
    },
  })),
};
