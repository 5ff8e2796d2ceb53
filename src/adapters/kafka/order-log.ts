import { codeOf, FluxError } from '../../engine/domain/flux-error.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import {
  type OrderLog,
  orderLogLimits,
  type RecordedPosition,
  type RewoundPartition,
} from '../../engine/ports/order-log.ts';
import type { RecordCodec } from '../../engine/ports/record-codec.ts';
import { againWhilePassing } from './again-while-passing.ts';
import { type KafkaAddress, patientClient } from './kafka-client.ts';
import { reachable, unreachable } from './kafka-fault.ts';
import { onceItWorks } from './once-it-works.ts';
import { createAppender } from './order-log-append.ts';
import { consumersOf } from './order-log-consumer.ts';
import { runReader } from './order-log-reader.ts';
import { scanTopic } from './order-log-scan.ts';
import { checkTopic, type OrderTopic, prepareTopic } from './order-topic.ts';
import { rewindGroup } from './rewind-group.ts';
import { seldomRepeated } from './seldom-repeated.ts';
import { createTopicOffsets, offsetsClients } from './topic-offsets.ts';

export interface KafkaOrderLogOptions extends KafkaAddress, Partial<OrderTopic> {
  readonly topic: string;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  /** The longest append deadline that callers give: kafkajs has one timeout for all requests of a client. */
  readonly requestTimeoutMs?: number;
  /** Entries in one batch, at most orderLogLimits.batch. */
  readonly batch?: number;
}

export const kafkaOrderLogDefaults = {
  /** As many as appends are in flight (design.md section 4). */
  partitions: 4,
  /** One broker, as `stack up` starts it; three copies and two in sync are a decision for those who have three brokers. */
  replicas: 1,
  minInsyncReplicas: 1,
  /** A week: longer than a sale with its holds and its inspection afterwards. */
  retentionMs: 7 * 24 * 60 * 60 * 1_000,
  /** The append deadline of design.md section 4. */
  requestTimeoutMs: 1_500,
} as const;

export interface KafkaOrderLog extends OrderLog {
  /**
   * Creates the topic where it is missing and checks its settings. Appends, markers and consumers do so before their first
   * work; `lag` and `scan` only check, and take a topic that is not there for an empty log.
   * @throws FluxError `config_invalid` that names the setting, `order_log_unreachable`
   */
  prepare(): Promise<void>;
  /** What is there, changing nothing. @throws what `prepare` throws */
  inspect(): Promise<{ readonly brokers: number; readonly topicIsThere: boolean }>;
  /**
   * Sets the readers of a group back to what a ledger has recorded, where it is an older one: a restored backup.
   * @throws FluxError `stack_busy` while one of them runs, `order_log_unreachable`
   */
  rewind(groupId: string, recorded: readonly RecordedPosition[]): Promise<readonly RewoundPartition[]>;
  /** Deletes the topic with everything in it. For a bench and for tests. */
  removeTopic(): Promise<void>;
  /** Drops the connections of appends and administration; readers end by their signals. */
  close(): Promise<void>;
}

/**
 * The order log as a topic of Kafka. The records of one append go to one partition, the partitions take turns: one batch
 * for the broker to write and to copy instead of one a partition, and one broker to answer instead of several. Copies of
 * an order may thus stand in different partitions: every partition has its own markers and the ledger drops repeats.
 *
 * Uncompressed: docs/decisions/0008-the-order-log-is-not-compressed.md.
 */
export function createKafkaOrderLog(given: KafkaOrderLogOptions): KafkaOrderLog {
  const { codec, clock } = given;
  const options = { ...given, log: seldomRepeated(given.log, clock) };
  const wanted: OrderTopic = { ...kafkaOrderLogDefaults, ...options };
  const { topic, partitions } = wanted;
  const admin = patientClient(options).admin();
  const requestTimeoutMs = options.requestTimeoutMs ?? kafkaOrderLogDefaults.requestTimeoutMs;
  const appender = createAppender(options, topic, requestTimeoutMs);
  const offsets = createTopicOffsets(offsetsClients(options), topic, clock);
  const batch = Math.min(options.batch ?? orderLogLimits.batch, orderLogLimits.batch);
  const reading = { openConsumer: consumersOf(options, clock), topic, codec, clock, batch };
  const connected = onceItWorks(() => admin.connect());
  const prepared = onceItWorks(async () => {
    await connected();
    // Of a topic that was made a moment ago a broker may say that it is not there.
    await againWhilePassing(clock, () => prepareTopic(admin, wanted));
  });
  let found = false;
  /** Whether the topic is there. Makes none: whoever only reads may have no right to (docs/verify.md). */
  const isThere = () =>
    reachable(async () => {
      await connected();
      found ||= await againWhilePassing(clock, () => checkTopic(admin, wanted));
      return found;
    });
  let turn = 0;

  return {
    partitions,
    prepare: () => reachable(prepared),

    inspect: () =>
      reachable(async () => {
        await connected();
        const { brokers } = await admin.describeCluster();
        return { brokers: brokers.length, topicIsThere: await checkTopic(admin, wanted) };
      }),

    rewind: (groupId, recorded) =>
      reachable(async () => {
        await connected();
        return rewindGroup(admin, { topic, groupId: consumerGroup(topic, groupId), recorded });
      }),

    async append(records, timeoutMs) {
      if (records.length > orderLogLimits.append) {
        throw new FluxError('fault', `An append has ${records.length} records, more than ${orderLogLimits.append}`);
      }
      if (records.length === 0) return { kind: 'appended' };
      const partition = turn;
      turn = (turn + 1) % partitions;
      return withinDeadline(clock, timeoutMs, async (isOver) => {
        await prepared();
        if (!isOver()) await appender.append(partition, records, timeoutMs);
      });
    },

    async mark(marker) {
      await reachable(async () => {
        await prepared();
        await againWhilePassing(clock, () => appender.mark(partitions, marker));
      });
    },

    async read(groupId, onBatch, signal) {
      if (signal.aborted) return;
      await reachable(prepared);
      await runReader(reading, { groupId: consumerGroup(topic, groupId), onBatch, signal });
    },

    async lag(groupId) {
      if (await isThere()) return reachable(() => offsets.lag(consumerGroup(topic, groupId)));
      const none = { end: 0n, committed: 0n, lag: 0n };
      return Array.from({ length: partitions }, (_, partition) => ({ partition, ...none }));
    },

    async *scan() {
      if (!(await isThere())) return;
      yield* scanTopic({ ...reading, admin, ends: await reachable(offsets.ends) });
    },

    removeTopic: () =>
      reachable(async () => {
        await connected();
        await admin.deleteTopics({ topics: [topic] });
      }),

    async close() {
      await Promise.all([appender.close(), offsets.close(), admin.disconnect()]);
    },
  };
}

/**
 * How Kafka names a group of readers. With the topic in it, because readers of two topics in one group would be given each
 * other's partitions, and several ledgers may share a Kafka.
 */
export function consumerGroup(topic: string, groupId: string): string {
  return `${topic}.${groupId}`;
}

/**
 * Runs an append for at most `timeoutMs`. What takes longer is left to kafkajs, which gives it up by its own timeout: whether
 * the records come in is then unknown. @throws FluxError `config_invalid` where this program must not touch the topic
 */
async function withinDeadline(
  clock: Clock,
  timeoutMs: number,
  append: (isOver: () => boolean) => Promise<void>,
): ReturnType<OrderLog['append']> {
  const cut = new AbortController();
  let isOver = false;
  const late = clock.sleep(timeoutMs, cut.signal).then(() => {
    isOver = true;
    return 'late' as const;
  });
  try {
    if ((await Promise.race([append(() => isOver), late])) !== 'late') return { kind: 'appended' };
    const cause = new FluxError('order_log_unreachable', `Kafka did not take an append within ${timeoutMs} ms`);
    return { kind: 'unknown', cause };
  } catch (cause) {
    // Not a dead log, but one that this program must not touch.
    if (codeOf(cause) === 'config_invalid') throw cause;
    return { kind: 'unknown', cause: unreachable(cause) };
  } finally {
    // With a reason, because without one Node makes an exception with a stack.
    cut.abort('done');
  }
}
