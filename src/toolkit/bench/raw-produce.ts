import kafkajs from 'kafkajs';
import type { LogAppend } from '../../engine/ports/order-log.ts';

/** kafkajs without anything of ours: the bare limit that `bench log` compares with. */
export interface RawProduce {
  /** @throws what kafkajs throws */
  produce(records: readonly LogAppend[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Produces to a topic that exists, all in-sync replicas asked, one send a batch. A batch goes to one partition in turn, as ours
 * does, so that both sides ask the same of the broker.
 */
export async function openRawProduce(use: {
  readonly broker: string;
  readonly topic: string;
  readonly partitions: number;
}): Promise<RawProduce> {
  const { broker, topic, partitions } = use;
  const kafka = new kafkajs.Kafka({ brokers: [broker], logLevel: kafkajs.logLevel.NOTHING, retry: { retries: 0 } });
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0,
  });
  await producer.connect();
  let partition = 0;
  return {
    async produce(records) {
      partition = (partition + 1) % partitions;
      const here = partition;
      const messages = records.map(({ orderId, bytes }) => ({
        key: orderId,
        value: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
        partition: here,
      }));
      await producer.send({ topic, acks: -1, messages });
    },
    close: () => producer.disconnect(),
  };
}
