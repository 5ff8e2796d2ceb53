// @module-tag redis
// @module-tag kafka
import { Redis } from 'ioredis';
import { Partitioners } from 'kafkajs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stackParts } from '../../../../src/compose-stack.ts';
import { publicImages } from '../../../../src/config/stack-schema.ts';
import { faultProxyClient } from '../../../../src/toolkit/fault-proxy/fault-proxy-client.ts';
import { holdStack } from '../../../../src/toolkit/stack/hold-stack.ts';
import { freePort } from '../../../../src/toolkit/stack/native/free-port.ts';
import { nativeProvider } from '../../../../src/toolkit/stack/native/native-provider.ts';
import type { ServiceName } from '../../../../src/toolkit/stack/service-name.ts';
import type { NativeService } from '../../../../src/toolkit/stack/stack-file.ts';
import {
  kafkaNames,
  redisNames,
  type StackVariant,
  sentinelNames,
  sentinelPrimaryName,
} from '../../../../src/toolkit/stack/stack-shape.ts';
import { bareKafka } from '../../../support/bare-kafka.ts';
import { eventually } from '../../../support/eventually.ts';
import { untilGone } from '../../../support/process-state.ts';
import { type ThrowawayStack, throwawayStack } from '../../../support/throwaway-stack.ts';

/** A failover takes 3 to 5 s alone. */
const failoverMs = 60_000;

let stack: ThrowawayStack;
beforeEach(() => {
  stack = throwawayStack();
});
afterEach(() => stack.remove());

/** Starts these services of a stack and nothing else of it. */
async function start(
  shaped: StackVariant | 'proxied',
  names: readonly ServiceName[],
  before: readonly NativeService[] = [],
): Promise<readonly NativeService[]> {
  const folder = holdStack(stack.stackDir, stackParts);
  try {
    const started = await nativeProvider(stackParts).start(names, {
      folder,
      cacheDir: stack.cacheDir,
      images: publicImages,
      shape: {
        provider: 'native',
        variants: shaped === 'proxied' ? [] : [shaped],
        proxied: shaped === 'proxied',
      },
      former: before,
      running: before.filter(({ name }) => !names.includes(name)),
      signal: new AbortController().signal,
      onProgress: () => {},
    });
    return started.filter((service) => service.kind === 'native');
  } finally {
    folder.close();
  }
}

function of(services: readonly NativeService[], name: ServiceName): NativeService {
  const service = services.find((one) => one.name === name);
  if (service === undefined) throw new Error(`no ${name} in the stack`);
  return service;
}

async function kill(service: NativeService): Promise<void> {
  process.kill(service.pid, 'SIGKILL');
  await untilGone(service.pid);
  // Its first thread may be gone before the others have closed its listener.
  await eventually('its port is free', async () => (await freePort(service.port)) === service.port);
}

async function ask({ host, port }: NativeService, command: string, ...words: readonly string[]): Promise<unknown> {
  const redis = new Redis({ host, port, lazyConnect: true, protocol: 2 });
  redis.on('error', () => {});
  try {
    await redis.connect();
    return await redis.call(command, ...words);
  } finally {
    redis.disconnect();
  }
}

test('redis-sentinel: another one is primary where the primary dies, and follows it when it comes back', async () => {
  const services = await start('redis-sentinel', [...redisNames.sentinel, ...sentinelNames]);
  const first = of(services, 'redis');
  const primary = async () =>
    Number(
      (
        (await ask(of(services, 'sentinel-2'), 'SENTINEL', 'get-master-addr-by-name', sentinelPrimaryName)) as string[]
      )[1],
    ); // [host, port]
  expect(await primary()).toBe(first.port);

  await kill(first);
  await eventually('there is another primary', async () => (await primary()) !== first.port, failoverMs);
  const [again] = await start('redis-sentinel', ['redis'], services);

  expect(again?.port).toBe(first.port);
  expect(await ask(of(services, 'redis'), 'ROLE')).toEqual(expect.arrayContaining(['slave', await primary()]));
});

test('redis-cluster: a replica takes over the slots of its primary, which follows it when it comes back', async () => {
  const services = await start('redis-cluster', redisNames.cluster);
  const first = of(services, 'redis');
  const id = String(await ask(first, 'CLUSTER', 'MYID'));
  const lineOf = async () => {
    const lines = String(await ask(of(services, 'redis-2'), 'CLUSTER', 'NODES')).split('\n');
    return lines.find((line) => line.startsWith(id)) ?? '';
  };
  expect(await lineOf()).toMatch(/ master - .* 0-\d+$/);

  await kill(first);
  await eventually('somebody else has its slots', async () => !/ 0-\d+$/.test(await lineOf()), failoverMs);
  await start('redis-cluster', ['redis'], services);

  expect(await lineOf()).toMatch(/ slave [0-9a-f]{40} .* connected$/);
  expect(String(await ask(first, 'CLUSTER', 'INFO'))).toContain('cluster_slots_ok:16384');
});

// The long form: 17 s, and test/e2e/stack-variants.test.ts sells on such a stack.
test('kafka-3: three copies of a record, and one broker less keeps nobody from writing', {
  tags: ['long'],
}, async () => {
  const services = await start('kafka-3', kafkaNames);
  const kafka = bareKafka({
    brokers: services.map(({ host, port }) => `${host}:${port}`),
    retry: { retries: 30 }, // a leader that was killed is replaced after its session of 4 s
  });
  const admin = kafka.admin();
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await Promise.all([admin.connect(), producer.connect()]);
  try {
    await admin.createTopics({ topics: [{ topic: 'orders', numPartitions: 3 }], waitForLeaders: true });
    const { topics } = await admin.fetchTopicMetadata({ topics: ['orders'] });
    expect(topics[0]?.partitions.map(({ replicas }) => replicas.toSorted())).toEqual([1, 2, 3].map(() => [1, 2, 3]));

    await kill(of(services, 'kafka-2'));

    // What it returns leaves out a partition that it had to send again; it throws where one was not written.
    await producer.send({
      topic: 'orders',
      acks: -1,
      messages: [0, 1, 2].map((partition) => ({ partition, value: 'an order' })),
    });
    const offsets = await admin.fetchTopicOffsets('orders');
    expect(
      offsets
        .filter(({ high }) => Number(high) >= 1)
        .map(({ partition }) => partition)
        .toSorted(),
    ).toEqual([0, 1, 2]);
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  }
});

test('proxied: clients reach Redis and Kafka through the proxy only, which keeps their addresses over a restart', async () => {
  const services = await start('proxied', ['redis', 'kafka', 'proxy']);
  const redis = of(services, 'redis');
  const kafka = of(services, 'kafka');
  const proxy = of(services, 'proxy');
  expect(redis.direct?.port).not.toBe(redis.port);
  expect(await ask(redis, 'PING')).toBe('PONG');
  const faults = faultProxyClient(`http://${proxy.host}:${proxy.port}`);

  await faults.set('redis', { kind: 'reset' });
  await expect(ask(redis, 'PING')).rejects.toThrow();
  expect(await ask({ ...redis, port: redis.direct?.port ?? 0 }, 'PING')).toBe('PONG');
  await faults.clear('redis');

  // whoever asks a broker where to go is sent to the proxy
  const admin = bareKafka({ brokers: [`${kafka.host}:${kafka.direct?.port}`] }).admin();
  await admin.connect();
  expect((await admin.describeCluster()).brokers.map(({ port }) => port)).toEqual([kafka.port]);
  await admin.disconnect();

  await kill(proxy);
  const [again] = await start('proxied', ['proxy'], services);
  expect(again?.port).toBe(proxy.port);
  expect(await ask(redis, 'PING')).toBe('PONG');
});
