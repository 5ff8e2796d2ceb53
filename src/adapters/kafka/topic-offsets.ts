import type { Admin } from 'kafkajs';
import type { Clock } from '../../engine/ports/clock.ts';
import type { PartitionLag } from '../../engine/ports/order-log.ts';
import { againWhilePassing } from './again-while-passing.ts';
import { cuttableClients, type OpenClient } from './cuttable-client.ts';
import type { KafkaAddress } from './kafka-client.ts';
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
 * How long one of these questions waits: a broker answers in milliseconds. After twice that any cluster has missed one that
 * stands still (9 s by default), and others answer.
 */
const answerMs = 5_000;
/** So often it is asked again where a broker gave no answer: with one of three standing still that is enough, however they stand. */
const maxSilences = 2;

/** For `createTopicOffsets`. */
export function offsetsClients(address: KafkaAddress): OpenClient {
  return cuttableClients(address, answerMs);
}

/**
 * Reads offsets of a topic and of groups, over a connection of its own: kafkajs' administration asks who leads a partition
 * every five minutes only, so after a change of leaders it is wrong until it connects anew. Of a topic that was made a
 * moment ago the leader that the others name may not know it yet: it is asked again, each time over a new connection. And so
 * it is where a broker gives no answer (kafkajs would ask it up to three times in a row), so that an answer, or none, takes
 * at most three times `answerMs`.
 */
export function createTopicOffsets(open: OpenClient, topic: string, clock: Clock): TopicOffsets {
  let connection = connect(open);

  function read<Result>(ask: (admin: Admin) => Promise<Result>): Promise<Result> {
    let silences = 0;
    return againWhilePassing(
      clock,
      async () => {
        const used = connection;
        try {
          return await Promise.race([used.silence, used.connected().then(() => ask(used.admin))]);
        } catch (error) {
          // Those who failed at the same time share the new one.
          if ((isOfBroker(error) || error instanceof Silence) && connection === used) {
            connection = connect(open);
            await used.close();
          }
          throw error;
        }
      },
      // kafkajs itself has asked a Kafka that is away long enough.
      (error) => isOfBroker(error) || (error instanceof Silence && ++silences <= maxSilences),
    );
  }

  return {
    ends: () => read((admin) => endsOf(admin, topic)),
    lag: (groupId) => read((admin) => lagOf(admin, topic, groupId)),
    close: () => connection.close(),
  };
}

/** A broker that took a question and gave no answer. */
class Silence extends Error {}

function connect(open: OpenClient) {
  const client = open();
  const admin = client.kafka.admin();
  const silence = Promise.withResolvers<never>();
  // Nobody may be asking when it is noticed.
  silence.promise.catch(() => {});
  admin.on(admin.events.REQUEST_TIMEOUT, ({ payload: { broker, apiName } }) => {
    client.rememberSilent(broker);
    client.cut();
    silence.reject(new Silence(`the broker ${broker} gave no answer to ${apiName}`));
  });
  return {
    admin,
    connected: onceItWorks(() => admin.connect()),
    silence: silence.promise,
    // What was cut off has nothing to wait for.
    close: async () => (client.isCut ? undefined : admin.disconnect()),
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
