// @module-tag kafka
import { afterAll, beforeAll } from 'vitest';
import { createKafkaOrderLog, type KafkaOrderLog } from '../../src/adapters/kafka/order-log.ts';
import { jsonRecordCodec } from '../../src/adapters/node/json-record-codec.ts';
import { nodeClock } from '../../src/adapters/node/node-clock.ts';
import { startTestKafka, type TestKafka } from '../support/kafka.ts';
import { deadlineMs, orderLogSuite } from './order-log-suite.ts';

let kafka: TestKafka;
beforeAll(async () => {
  kafka = await startTestKafka();
});
afterAll(async () => {
  await kafka.stop();
});

orderLogSuite('kafka', async (partitions) => {
  const topic = kafka.topic();
  const opened: KafkaOrderLog[] = [];
  const open = () => {
    const log = createKafkaOrderLog({
      brokers: [kafka.broker],
      topic,
      partitions,
      codec: jsonRecordCodec,
      clock: nodeClock,
      log: () => {},
      requestTimeoutMs: deadlineMs,
    });
    opened.push(log);
    return log;
  };
  return {
    log: open(),
    reopen: async () => open(),
    close: async () => {
      await Promise.all(opened.map((log) => log.close()));
    },
  };
});
