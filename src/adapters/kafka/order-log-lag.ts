import type { Kafka } from 'kafkajs';
import type { PartitionLag } from '../../engine/ports/order-log.ts';
import { isOfBroker } from './kafka-fault.ts';
import { onceItWorks } from './once-it-works.ts';

export interface LagReader {
  /** How far a group is behind, by partition. @throws whatever kafkajs throws */
  lag(groupId: string): Promise<readonly PartitionLag[]>;
  close(): Promise<void>;
}

/**
 * Reads the lag of groups, over a connection of its own: kafkajs' administration asks who leads a partition every five
 * minutes only, so after a change of leaders it is wrong until it connects anew.
 */
export function createLagReader(kafka: Kafka, topic: string): LagReader {
  let reader = connectLagReader(kafka, topic);
  return {
    async lag(groupId) {
      const used = reader;
      try {
        return await used.lag(groupId);
      } catch (error) {
        if (!isOfBroker(error)) throw error;
        // Those who failed at the same time share the new one.
        if (reader === used) {
          reader = connectLagReader(kafka, topic);
          await used.close();
        }
        return reader.lag(groupId);
      }
    },
    close: () => reader.close(),
  };
}

function connectLagReader(kafka: Kafka, topic: string): LagReader {
  const admin = kafka.admin();
  const connected = onceItWorks(() => admin.connect());
  return {
    async lag(groupId) {
      await connected();
      const [ends, groups] = await Promise.all([
        admin.fetchTopicOffsets(topic),
        admin.fetchOffsets({ groupId, topics: [topic] }),
      ]);
      const committed = new Map(groups[0]?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
      return ends
        .map(({ partition, low, high }) => {
          const end = BigInt(high);
          const known = committed.get(partition) ?? -1n;
          // -1: the group has committed nothing there and would begin with the first record.
          const from = known < 0n ? BigInt(low) : known;
          return { partition, end, committed: from, lag: end - from };
        })
        .sort((a, b) => a.partition - b.partition);
    },
    close: () => admin.disconnect(),
  };
}
