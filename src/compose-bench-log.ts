import { randomBytes } from 'node:crypto';
import { createAvroRecordCodec } from './adapters/kafka/avro-record-codec.ts';
import { createKafkaOrderLog } from './adapters/kafka/order-log.ts';
import { nodeClock } from './adapters/node/node-clock.ts';
import type { BenchedLog } from './toolkit/bench/bench-log.ts';
import { benchRecord } from './toolkit/bench/bench-record.ts';

/** A multiple of every size of an append; a bench that writes them again and again needs no more. */
const recordCount = 2_000;
const written = { saleId: 'bench', epoch: 1 } as const;

/** The order log in Kafka on a fresh topic, for `bench log`; `close` deletes the topic. */
export async function openBenchedLog(broker: string): Promise<BenchedLog> {
  const topic = `fluxgate-bench-${randomBytes(6).toString('hex')}`;
  const codec = createAvroRecordCodec();
  const log = createKafkaOrderLog({ brokers: [broker], topic, codec, clock: nodeClock, log: () => {} });
  const close = async () => {
    await log.removeTopic();
    await log.close();
  };
  try {
    await log.prepare();
  } catch (error) {
    await log.close();
    throw error;
  }
  try {
    // A broker that names the leaders of a new topic may refuse the first appends all the same: it has yet to become one. A mark
    // goes to each partition, again and again until it is taken; the bench, like kafkajs alone, tries nothing twice.
    const { saleId, gateId, epoch } = benchRecord(0, written);
    await log.mark({ saleId, gateId, epoch });
  } catch (error) {
    await close();
    throw error;
  }
  const records = Array.from({ length: recordCount }, (_, n) => {
    const record = benchRecord(n, written);
    return { orderId: record.orderId, bytes: codec.encode(record) };
  });
  return {
    log,
    broker,
    topic,
    records,
    close,
  };
}
