import kafkajs, { type Admin } from 'kafkajs';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { orderLogLimits } from '../../engine/ports/order-log.ts';
import { maxRecordBytes } from './avro-record-codec.ts';

/** What the topic of the order log has to be. */
export interface OrderTopic {
  readonly topic: string;
  readonly partitions: number;
  /** Copies of each partition. */
  readonly replicas: number;
  /** Copies that have an order before it counts as accepted. */
  readonly minInsyncReplicas: number;
  /** Orders must stay readable for longer than a sale lasts. */
  readonly retentionMs: number;
}

/**
 * The largest append in one batch, with room for keys and framing: kafkajs puts all records of an append for a partition
 * into one batch, and a broker refuses larger ones for ever.
 */
const maxBatchBytes = orderLogLimits.append * (maxRecordBytes + 128);
const createMs = 10_000;

/**
 * Creates the topic where it is missing, and checks whatever is there: a wrong setting loses orders silently.
 * @throws FluxError `config_invalid` that names the setting; what kafkajs throws where Kafka does not answer
 */
export async function prepareTopic(admin: Admin, wanted: OrderTopic): Promise<void> {
  if (wanted.minInsyncReplicas > wanted.replicas) {
    throw wrong(
      wanted,
      'min.insync.replicas',
      `${wanted.minInsyncReplicas} cannot be met by ${wanted.replicas} replicas`,
    );
  }
  if (await checkTopic(admin, wanted)) return;
  await createTopic(admin, wanted);
  // Brokers hear of a new topic one after the other: whoever asks again later finds it.
  if (!(await checkTopic(admin, wanted))) throw new kafkajs.KafkaJSError('the topic was made and is not listed yet');
}

/** Whether the topic is there; then it is as it should be. Changes nothing. @throws as `prepareTopic` does */
export async function checkTopic(admin: Admin, wanted: OrderTopic): Promise<boolean> {
  const topics = await admin.listTopics();
  if (!topics.includes(wanted.topic)) return false;
  await checkPartitions(admin, wanted);
  await checkSettings(admin, wanted);
  return true;
}

async function createTopic(admin: Admin, wanted: OrderTopic): Promise<void> {
  // False where another process was first: what it made is checked as well.
  await admin.createTopics({
    waitForLeaders: true,
    timeout: createMs,
    topics: [
      {
        topic: wanted.topic,
        numPartitions: wanted.partitions,
        replicationFactor: wanted.replicas,
        configEntries: [
          { name: 'cleanup.policy', value: 'delete' },
          { name: 'retention.ms', value: String(wanted.retentionMs) },
          { name: 'retention.bytes', value: '-1' },
          { name: 'unclean.leader.election.enable', value: 'false' },
          { name: 'min.insync.replicas', value: String(wanted.minInsyncReplicas) },
          { name: 'max.message.bytes', value: String(maxBatchBytes) },
        ],
      },
    ],
  });
}

async function checkPartitions(admin: Admin, wanted: OrderTopic): Promise<void> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [wanted.topic] });
  const partitions = topics[0]?.partitions ?? [];
  if (partitions.length !== wanted.partitions) {
    const why = `${partitions.length}, the configuration says ${wanted.partitions}`;
    throw wrong(wanted, 'partitions', why, `set orderLogPartitions to ${partitions.length}`);
  }
  const replicas = Math.min(...partitions.map((partition) => partition.replicas.length));
  if (replicas < wanted.minInsyncReplicas) {
    throw wrong(wanted, 'min.insync.replicas', `${wanted.minInsyncReplicas} cannot be met by ${replicas} replicas`);
  }
}

async function checkSettings(admin: Admin, wanted: OrderTopic): Promise<void> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: wanted.topic }],
  });
  const found = new Map(resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]));
  const refuse = (name: string, why: string, value: string) => {
    throw wrong(wanted, name, `${found.get(name)}: ${why}`, alterCommand(wanted.topic, name, value));
  };
  const number = (name: string): number => Number(found.get(name));
  const { retentionMs, minInsyncReplicas } = wanted;
  if (found.get('cleanup.policy') !== 'delete') refuse('cleanup.policy', 'it would drop orders', 'delete');
  if (found.get('unclean.leader.election.enable') !== 'false')
    refuse('unclean.leader.election.enable', 'a copy that missed orders could become the leader', 'false');
  if (number('retention.ms') !== -1 && !(number('retention.ms') >= retentionMs))
    refuse(
      'retention.ms',
      `orders would go before the ${retentionMs} ms of the configuration are over`,
      String(retentionMs),
    );
  if (number('retention.bytes') !== -1) refuse('retention.bytes', 'orders would go when there are many', '-1');
  if (!(number('min.insync.replicas') >= minInsyncReplicas))
    refuse('min.insync.replicas', `the configuration wants ${minInsyncReplicas}`, String(minInsyncReplicas));
  if (!(number('max.message.bytes') >= maxBatchBytes))
    refuse('max.message.bytes', 'a full append would be refused', String(maxBatchBytes));
}

function alterCommand(topic: string, name: string, value: string): string {
  return `kafka-configs.sh --bootstrap-server HOST:PORT --alter --topic ${topic} --add-config ${name}=${value}`;
}

function wrong({ topic }: OrderTopic, setting: string, why: string, hint?: string): FluxError {
  const message = `Kafka's topic ${topic} has an unsafe setting: ${setting} is ${why}`;
  return new FluxError('config_invalid', message, hint === undefined ? {} : { hint });
}
