import kafkajs, { type Admin } from 'kafkajs';
import { roleOf } from '../../stack/service-name.ts';
import { directAddress } from '../../stack/stack-file.ts';
import { type NotedService, stackOf } from './noted-service.ts';

/** A setting that a topic has of its own. */
export interface TopicSetting {
  readonly name: string;
  readonly value: string;
}

/** What administration may take: a cluster that elects a leader answers later. */
const answerMs = 10_000;
/** With kafkajs' pauses from 300 ms on about 10 s: a broker that is starting is there by then. */
const retries = 5;

/**
 * What the topic has set for itself. Not what its broker's file or the cluster set for all topics, which Kafka tells beside it as
 * "not default": written back it would be the topic's own, and a later change for all would pass it by. @throws what kafkajs
 * throws
 */
export function readTopicSettings(note: NotedService, topic: string): Promise<readonly TopicSetting[]> {
  return withAdmin(note, async (admin) => {
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [resourceOf(topic)] });
    return (resources[0]?.configEntries ?? [])
      .filter(({ configSource }) => configSource === kafkajs.ConfigSource.TOPIC_CONFIG)
      .map(({ configName, configValue }) => ({ name: configName, value: configValue }));
  });
}

/** All that it has set from now on: Kafka forgets what is left out (AlterConfigs replaces). @throws what kafkajs throws */
export async function writeTopicSettings(
  note: NotedService,
  topic: string,
  settings: readonly TopicSetting[],
): Promise<void> {
  await withAdmin(note, async (admin) => {
    const configEntries = settings.map(({ name, value }) => ({ name, value }));
    await admin.alterConfigs({ validateOnly: false, resources: [{ ...resourceOf(topic), configEntries }] });
  });
}

/** Whether a record is refused, and by which error; null where it was taken. */
export async function appendRefusal(
  note: NotedService,
  topic: string,
  record: { readonly key: string; readonly value: Buffer },
): Promise<string | null> {
  const producer = kafkaOf(note, 0).producer({ allowAutoTopicCreation: false });
  await producer.connect();
  try {
    await producer.send({ topic, acks: -1, timeout: answerMs, messages: [record] });
    return null;
  } catch (error) {
    return error instanceof kafkajs.KafkaJSProtocolError ? error.type : String(error);
  } finally {
    await producer.disconnect();
  }
}

function resourceOf(topic: string) {
  return { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic };
}

async function withAdmin<Result>(note: NotedService, work: (admin: Admin) => Promise<Result>): Promise<Result> {
  const admin = kafkaOf(note, retries).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

function kafkaOf(note: NotedService, times: number): kafkajs.Kafka {
  const brokers = stackOf(note)
    .services.filter(({ name }) => roleOf(name) === 'kafka')
    .map((service) => directAddress(service))
    .map(({ host, port }) => `${host}:${port}`);
  return new kafkajs.Kafka({
    clientId: 'fluxgate-chaos',
    brokers,
    requestTimeout: answerMs,
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: times },
  });
}
