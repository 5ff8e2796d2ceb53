import type { Admin, Kafka } from 'kafkajs';
import type { Clock } from '../../engine/ports/clock.ts';
import type { PartitionLag } from '../../engine/ports/order-log.ts';
import { againWhilePassing } from './again-while-passing.ts';
import { isOfBroker } from './kafka-fault.ts';
import { onceItWorks } from './once-it-works.ts';

/** What is in a partition: from `low` to before `high`. */
interface PartitionEnds {
  readonly partition: number;
  readonly low: bigint;
  readonly high: bigint;
}

export interface TopicOffsets {
  /** By partition. @throws whatever kafkajs throws */
  ends(): Promise<readonly PartitionEnds[]>;
  /** How far a group is behind, by partition. @throws whatever kafkajs throws */
  lag(groupId: string): Promise<readonly PartitionLag[]>;
  close(): Promise<void>;
}

/**
 * Reads offsets of a topic and of groups, over a connection of its own: kafkajs' administration asks who leads a partition
 * every five minutes only, so after a change of leaders it is wrong until it connects anew. Of a topic that was made a
 * moment ago the leader that the others name may not know it yet: it is asked again, each time over a new connection.
 */
export function createTopicOffsets(kafka: Pick<Kafka, 'admin'>, topic: string, clock: Clock): TopicOffsets {
  const connect = () => {
    const admin = kafka.admin();
    return { admin, connected: onceItWorks(() => admin.connect()) };
  };
  let connection = connect();

  function read<Result>(ask: (admin: Admin) => Promise<Result>): Promise<Result> {
    return againWhilePassing(
      clock,
      async () => {
        const used = connection;
        try {
          await used.connected();
          return await ask(used.admin);
        } catch (error) {
          // Those who failed at the same time share the new one.
          if (isOfBroker(error) && connection === used) {
            connection = connect();
            await used.admin.disconnect();
          }
          throw error;
        }
      },
      // kafkajs itself has asked a Kafka that is away long enough.
      isOfBroker,
    );
  }

  return {
    ends: () => read((admin) => endsOf(admin, topic)),
    lag: (groupId) => read((admin) => lagOf(admin, topic, groupId)),
    close: () => connection.admin.disconnect(),
  };
}

async function endsOf(admin: Admin, topic: string): Promise<readonly PartitionEnds[]> {
  return (await admin.fetchTopicOffsets(topic))
    .map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }))
    .sort((a, b) => a.partition - b.partition);
}

async function lagOf(admin: Admin, topic: string, groupId: string): Promise<readonly PartitionLag[]> {
  const [ends, groups] = await Promise.all([endsOf(admin, topic), admin.fetchOffsets({ groupId, topics: [topic] })]);
  const committed = new Map(groups[0]?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
  return ends.map(({ partition, low, high }) => {
    const known = committed.get(partition) ?? -1n;
    // -1: the group has committed nothing there and would begin with the first record.
    const from = known < 0n ? low : known;
    return { partition, end: high, committed: from, lag: high - from };
  });
}
