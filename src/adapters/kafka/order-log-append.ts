import type { Producer } from 'kafkajs';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { EpochMarker, LogAppend } from '../../engine/ports/order-log.ts';
import { encodeMarker, markerHeader } from './epoch-marker.ts';
import { appendClient, type KafkaAddress } from './kafka-client.ts';
import { onceItWorks } from './once-it-works.ts';
import { encodeRecordBatch } from './record-batch.ts';
import { wholeBatch } from './whole-batch.ts';

/** All in-sync replicas have it before Kafka answers. */
const acks = -1;

/**
 * How old may be what is known of who leads a partition: a leader that stands still says nothing, and kafkajs, with its own
 * five minutes, would send to it all the while. The cluster itself takes 9 s to elect another (broker.session.timeout.ms unless
 * set; 4 s on our stacks).
 */
const metadataMaxAgeMs = 2_000;

export interface Appender {
  /** @throws whatever kafkajs throws: the records may be there, or come later, all the same */
  append(partition: number, records: readonly LogAppend[], timeoutMs: number): Promise<void>;
  mark(partitions: number, marker: EpochMarker): Promise<void>;
  close(): Promise<void>;
}

/** One producer for all appends of a process: requests overlap on its connections. */
export function createAppender(address: KafkaAddress, topic: string, requestTimeoutMs: number): Appender {
  const producer = appendClient(address, requestTimeoutMs).producer({
    allowAutoTopicCreation: false,
    metadataMaxAge: metadataMaxAgeMs,
    // With concurrent sends an idempotent kafkajs can lose an acknowledged record; the ledger drops repeats by order id.
    idempotent: false,
    // Every record of ours names its partition. (Naming a partitioner also keeps kafkajs's advice about its default away.)
    createPartitioner:
      () =>
      ({ message }) => {
        if (message.partition === undefined) throw new FluxError('fault', 'A record has no partition');
        return message.partition;
      },
  });
  const connected = onceItWorks(() => producer.connect());
  return {
    async append(partition, records, timeoutMs) {
      await connected();
      const messages = [wholeBatch(encodeRecordBatch(records, Date.now()), partition)];
      expectOffsets(await producer.send({ topic, acks, timeout: Math.ceil(timeoutMs), messages }), 1);
    },
    async mark(partitions, marker) {
      await connected();
      const value = encodeMarker(marker);
      const messages = Array.from({ length: partitions }, (_, partition) => ({
        key: null,
        value,
        headers: markerHeader,
        partition,
      }));
      expectOffsets(await producer.send({ topic, acks, timeout: requestTimeoutMs, messages }), partitions);
    },
    close: () => producer.disconnect(),
  };
}

/** One send is one outcome: a base offset for each partition, or an exception. */
function expectOffsets(answers: Awaited<ReturnType<Producer['send']>>, partitions: number): void {
  const written = answers.filter(({ errorCode, baseOffset }) => errorCode === 0 && baseOffset !== undefined);
  if (written.length !== partitions) {
    throw new FluxError(
      'order_log_unreachable',
      `Kafka said of ${written.length} of ${partitions} partitions that it wrote`,
    );
  }
}
