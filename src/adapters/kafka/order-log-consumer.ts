import type { Consumer, EachBatchHandler, Kafka } from 'kafkajs';
import type { Clock } from '../../engine/ports/clock.ts';
import { cuttableClients } from './cuttable-client.ts';
import { type GroupPlace, takingOver } from './group-place.ts';
import type { KafkaAddress } from './kafka-client.ts';
import { isPassing } from './kafka-fault.ts';

/**
 * A reader that died gives its partitions to the others after this. Brokers accept 6 s and more
 * (group.min.session.timeout.ms); below 10 s a stalled disk or a long collection throws readers out.
 */
const sessionTimeoutMs = 10_000;
/** A third of it: two may be lost. */
const heartbeatMs = 3_000;
/**
 * Others wait this long for a reader in the middle of a batch; then it loses its place, and the batch is handled twice. A
 * batch that always took longer would be handled for ever by two readers that throw each other out.
 */
const rebalanceTimeoutMs = 120_000;
/** How long a fetch waits for records: a retry, a stop and a rebalance wait for it, and each empty one costs about 1 ms of processor time. */
const fetchWaitMs = 500;
/**
 * How old may be what is known of who leads a partition: kafkajs asks anew where a broker says that it leads no more, which
 * one that stands still does not say. One small request each time.
 */
const metadataMaxAgeMs = 5_000;
/** With pauses up to 1 s between them some 3 s; then the consumer is made anew. */
const retry = { initialRetryTime: 50, maxRetryTime: 1_000, retries: 5 } as const;

/**
 * How long a consumer may take to leave its group and its brokers: milliseconds where they answer. Longer than that the others
 * would have to wait for nothing (they miss it by its session then), and who stops a process allows it 10 s as a rule.
 */
const closeMs = 5_000;

/** A member of a group. */
export interface GroupConsumer {
  /** Resolves once it is in the group and reads. @throws whatever kafkajs throws */
  start(topic: string, eachBatch: EachBatchHandler): Promise<void>;
  /** Reads partitions again that a handler paused. @throws where it does not run */
  resume: Consumer['resume'];
  /**
   * Leaves the group and disconnects, after the batch in hand, within `closeMs` whatever kafkajs waits for. Handlers may be called
   * afterwards, and have to leave it at that.
   */
  close(): Promise<void>;
}

/**
 * Makes a consumer that never restarts by itself: kafkajs would do so behind the back of a reader that was stopped meanwhile.
 * `onCrash` is told why it ended, and whether that may pass.
 */
export type OpenConsumer = (
  groupId: string,
  place: GroupPlace,
  onCrash: (cause: unknown, passing: boolean) => void,
) => GroupConsumer;

/**
 * Consumers of one process. One that is not answered is cut off at once. Kafkajs would go on asking the broker that stands
 * still: for a commit of each batch in turn, 10 s each time, and six times over, because it looks for another coordinator only
 * where the old one says that it is none.
 */
export function consumersOf(address: KafkaAddress, clock: Clock): OpenConsumer {
  const openClient = cuttableClients(address);
  return (groupId, place, onCrash) => {
    const client = openClient();
    const consumer = consumerOf(client.kafka, groupId, place);
    consumer.on(consumer.events.CRASH, ({ payload }) => onCrash(payload.error, isPassing(payload.error)));
    consumer.on(consumer.events.REQUEST_TIMEOUT, ({ payload: { broker, apiName } }) => {
      if (client.isCut) return;
      client.rememberSilent(broker);
      address.log('warn', 'A broker gave no answer: the consumer is made anew', { broker, request: apiName, groupId });
      client.cut();
      onCrash(new Error(`the broker ${broker} gave no answer to ${apiName}`), true);
    });
    let started: Promise<void> = Promise.resolve();
    return {
      start(topic, eachBatch) {
        started = startConsumer(consumer, topic, eachBatch);
        return started;
      },
      resume: consumer.resume,
      async close() {
        const done = new AbortController();
        // Not before it has joined: kafkajs would go on with that, and nobody would take it out of the group again.
        const joined = started.catch(() => {});
        const closed = joined.then(() => consumer.disconnect()).catch(() => {});
        // Who was cut off has nobody to take leave of.
        if (!client.isCut) await Promise.race([closed, clock.sleep(closeMs, done.signal)]);
        done.abort('done');
        client.cut();
      },
    };
  };
}

async function startConsumer(consumer: Consumer, topic: string, eachBatch: EachBatchHandler): Promise<void> {
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch });
}

function consumerOf(kafka: Pick<Kafka, 'consumer'>, groupId: string, place: GroupPlace): Consumer {
  const consumer = kafka.consumer({
    groupId,
    allowAutoTopicCreation: false,
    partitionAssigners: [takingOver(place)],
    metadataMaxAge: metadataMaxAgeMs,
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: heartbeatMs,
    rebalanceTimeout: rebalanceTimeoutMs,
    maxWaitTimeInMs: fetchWaitMs,
    retry: { ...retry, restartOnFailure: async () => false },
  });
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    place.memberId = payload.memberId;
  });
  return consumer;
}

/**
 * Runs `work` and keeps the place in the group meanwhile, however long it takes. Resolves to what first went wrong with a
 * heartbeat, if anything did: the group gives out its partitions anew, and waits for us as long as we beat.
 */
export async function withHeartbeats(heartbeat: () => Promise<void>, work: () => Promise<void>): Promise<unknown> {
  let beats: Promise<unknown> = Promise.resolve();
  const beat = (fault: unknown): Promise<unknown> =>
    heartbeat().then(
      () => fault,
      (error: unknown) => fault ?? error,
    );
  const timer = setInterval(() => {
    beats = beats.then(beat);
  }, heartbeatMs);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return beats;
}
