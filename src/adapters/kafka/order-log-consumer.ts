import type { Consumer, Kafka } from 'kafkajs';
import { createCuttableSockets } from './cuttable-sockets.ts';
import { type GroupPlace, takingOver } from './group-place.ts';
import { type KafkaAddress, type KafkaLog, patientClient } from './kafka-client.ts';
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
 * Makes a consumer that never restarts by itself: kafkajs would do so behind the back of a reader that was stopped meanwhile.
 * `onCrash` is told why it ended, and whether that may pass.
 */
export type OpenConsumer = (
  groupId: string,
  place: GroupPlace,
  onCrash: (cause: unknown, passing: boolean) => void,
) => Consumer;

/**
 * Consumers of one process. One that is not answered is cut off at once, and the next begins with the other brokers. Kafkajs
 * would go on asking the broker that stands still: for a commit of each batch in turn, 10 s each time, and six times over,
 * because it looks for another coordinator only where the old one says that it is none; and for metadata, because a
 * connection that is open counts as good.
 */
export function consumersOf(address: KafkaAddress): OpenConsumer {
  let silent: string | null = null;
  return (groupId, place, onCrash) => {
    const sockets = createCuttableSockets();
    const log: KafkaLog = (...line) => {
      // What kafkajs says of connections that we closed ourselves helps nobody.
      if (!sockets.isCut) address.log(...line);
    };
    const brokers = silentLast(address.brokers, silent);
    const consumer = consumerOf(patientClient({ ...address, brokers, log }, sockets.open), groupId, place);
    consumer.on(consumer.events.CRASH, ({ payload }) => onCrash(payload.error, isPassing(payload.error)));
    consumer.on(consumer.events.REQUEST_TIMEOUT, ({ payload: { broker, apiName } }) => {
      if (sockets.isCut) return;
      silent = broker;
      address.log('warn', 'A broker gave no answer: the consumer is made anew', { broker, request: apiName, groupId });
      sockets.cut();
      onCrash(new Error(`the broker ${broker} gave no answer to ${apiName}`), true);
    });
    return consumer;
  };
}

/** Kafkajs begins with the first of the list, and takes the next only where it cannot connect. */
function silentLast(brokers: readonly string[], silent: string | null): readonly string[] {
  return [...brokers.filter((broker) => broker !== silent), ...brokers.filter((broker) => broker === silent)];
}

function consumerOf(kafka: Kafka, groupId: string, place: GroupPlace): Consumer {
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
