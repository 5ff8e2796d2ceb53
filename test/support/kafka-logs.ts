import { createAvroRecordCodec } from '../../src/adapters/kafka/avro-record-codec.ts';
import {
  createKafkaOrderLog,
  type KafkaOrderLog,
  type KafkaOrderLogOptions,
} from '../../src/adapters/kafka/order-log.ts';
import { nodeClock } from '../../src/adapters/node/node-clock.ts';
import type { LogAppend } from '../../src/engine/ports/order-log.ts';
import { aRecord } from '../builders/a-record.ts';

export const avroCodec = createAvroRecordCodec();

/** Processes on one topic: each has a log with connections of its own. */
export function logsOn(broker: string, topic: string, common: Partial<KafkaOrderLogOptions> = {}) {
  const opened: KafkaOrderLog[] = [];
  return {
    open(options: Partial<KafkaOrderLogOptions> = {}): KafkaOrderLog {
      const log = createKafkaOrderLog({
        brokers: [broker],
        topic,
        codec: avroCodec,
        clock: nodeClock,
        log: () => {},
        ...common,
        ...options,
      });
      opened.push(log);
      return log;
    },
    async close(): Promise<void> {
      await Promise.all(opened.map((log) => log.close()));
    },
  };
}

/** The `n`th order, in Avro. */
export function avroAppend(n: number): LogAppend {
  const { record } = aRecord(n);
  return { orderId: record.orderId, bytes: avroCodec.encode(record) };
}

export function avroAppends(from: number, count: number): readonly LogAppend[] {
  return Array.from({ length: count }, (_, index) => avroAppend(from + index));
}
