import { simulatedServices } from '../support/simulated-ports.ts';
import { orderLogSuite } from './order-log-suite.ts';

for (const [placing, like] of [
  ['by_order', 'Kafka'],
  ['by_append', 'PostgreSQL'],
] as const) {
  orderLogSuite(`simulated, like ${like}`, async (partitions) => {
    const { first, second } = simulatedServices({ partitions, placing });
    return { log: first.orderLog, reopen: async () => second.orderLog, close: async () => {} };
  });
}
