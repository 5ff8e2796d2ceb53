import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { publicImages } from '../../../../src/config/stack-schema.ts';
import { composeFile } from '../../../../src/toolkit/stack/compose-file.ts';
import { kafkaEnvironment } from '../../../../src/toolkit/stack/kafka-environment.ts';
import { kafkaSettings } from '../../../../src/toolkit/stack/kafka-settings.ts';

test('the compose file has every service with its health check, on the loopback only, and no password in it', () => {
  const { services, volumes } = parse(composeFile({ brokers: 1, images: publicImages }));

  expect(Object.keys(services)).toEqual(['redis', 'kafka', 'postgres']);
  expect(services.redis.command).toEqual(expect.arrayContaining(['--maxmemory-policy', 'noeviction']));
  expect(services.kafka.environment).toMatchObject({
    KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
    KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE: 'false',
    KAFKA_MIN_INSYNC_REPLICAS: '1',
  });
  expect(services.postgres.environment.POSTGRES_PASSWORD).toMatch(/^\$\{FLUXGATE_POSTGRES_PASSWORD:\?/);
  for (const [name, service] of Object.entries<{
    ports: string[];
    healthcheck: { test: string[] };
    volumes?: string[];
  }>(services)) {
    expect(
      service.ports.every((port) => port.startsWith('127.0.0.1:')),
      name,
    ).toBe(true);
    expect(service.healthcheck.test[0], name).toBe('CMD');
    for (const volume of service.volumes ?? []) expect(Object.keys(volumes)).toContain(volume.split(':')[0]);
  }
});

test('three brokers know each other, have ports of their own, and keep three copies of which two are in sync', () => {
  const { services } = parse(composeFile({ brokers: 3, images: publicImages }));
  const brokers = ['kafka', 'kafka-2', 'kafka-3'].map((name) => services[name]);

  expect(new Set(brokers.flatMap(({ ports }) => ports)).size).toBe(3);
  expect(new Set(brokers.map(({ environment }) => environment.KAFKA_CONTROLLER_QUORUM_VOTERS))).toEqual(
    new Set(['1@kafka:9093,2@kafka-2:9093,3@kafka-3:9093']),
  );
  expect(brokers.map(({ environment }) => environment.KAFKA_NODE_ID)).toEqual([1, 2, 3]);
  for (const { environment } of brokers)
    expect(environment).toMatchObject({ KAFKA_DEFAULT_REPLICATION_FACTOR: '3', KAFKA_MIN_INSYNC_REPLICAS: '2' });
});

test.each([1, 3] as const)(
  '%d brokers have what those of `stack up` have: one that is lost is missed after 4 s',
  (n) => {
    const { services } = parse(composeFile({ brokers: n, images: publicImages }));

    expect(services.kafka.environment).toMatchObject(kafkaEnvironment(kafkaSettings(n)));
    expect(services.kafka.environment).toMatchObject({
      KAFKA_BROKER_SESSION_TIMEOUT_MS: '4000',
      KAFKA_BROKER_HEARTBEAT_INTERVAL_MS: '1000',
    });
  },
);
