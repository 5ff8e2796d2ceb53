import { simulatedServices } from '../support/simulated-ports.ts';
import { orderLogSuite } from './order-log-suite.ts';

for (const placing of ['by_append', 'by_order'] as const) {
  orderLogSuite(`simulated, ${placing}`, async (partitions) => {
    const { first, second } = simulatedServices({ partitions, placing });
    return { log: first.orderLog, reopen: async () => second.orderLog, close: async () => {} };
  });
}
