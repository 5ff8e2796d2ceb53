import { createMemoryOrderLog } from '../../src/adapters/memory/memory-order-log.ts';
import { jsonRecordCodec } from '../../src/adapters/node/json-record-codec.ts';
import { nodeClock } from '../../src/adapters/node/node-clock.ts';
import { orderLogSuite } from './order-log-suite.ts';

orderLogSuite('memory', async (partitions) => {
  const log = createMemoryOrderLog({ partitions, clock: nodeClock, codec: jsonRecordCodec });
  // It is as durable as its process: a new process would have a new log, so the same one is all there is to open again.
  return { log, reopen: async () => log, close: async () => {} };
});
