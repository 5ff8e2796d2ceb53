import { stringify } from 'yaml';
import { kafkaEnvironment } from './kafka-environment.ts';
import { kafkaSettings } from './kafka-settings.ts';
import type { StackImages } from './stack-provider.ts';

/** The services of a compose file, and the images that they are made of. */
export interface ComposeWish {
  readonly brokers: 1 | 3;
  readonly images: StackImages;
}

/** Of the KRaft quorum; any base64url of 16 bytes, the same for all of its nodes. */
const kafkaClusterId = 'Zmx1eGdhdGUtc3RhY2stMQ';
/** Several servers and workers with a pool of 12 each, and tools beside them. */
const postgresConnections = 200;
/** The host's port of the first broker; the others follow. */
const firstKafkaPort = 9092;

const header = `# Written by fluxgate stack export --compose. Start:
#   export FLUXGATE_POSTGRES_PASSWORD=...   # of your own
#   docker compose up -d --wait
# For machines of developers: it listens on the loopback only, and Redis and Kafka ask for no password.
`;

/** A docker-compose.yml (the Compose Specification) of a Redis, Kafka and PostgreSQL with the settings that Flux-Gate demands. */
export function composeFile({ brokers, images }: ComposeWish): string {
  const names = Array.from({ length: brokers }, (_, at) => (at === 0 ? 'kafka' : `kafka-${at + 1}`));
  const document = {
    name: 'fluxgate',
    services: {
      redis: redisService(images.redis),
      ...Object.fromEntries(names.map((name, at) => [name, kafkaService(images.kafka, name, at, names)])),
      postgres: postgresService(images.postgres),
    },
    volumes: Object.fromEntries([...names, 'postgres'].map((name) => [name, {}])),
  };
  return header + stringify(document, { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' });
}

/** Without persistence (the gate is rebuilt from the ledger) and without eviction (a sale's keys must not vanish). */
function redisService(image: string) {
  return {
    image,
    command: ['redis-server', '--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'],
    ports: ['127.0.0.1:6379:6379'],
    healthcheck: healthcheck(['CMD', 'redis-cli', 'ping']),
    restart: 'unless-stopped',
  };
}

function kafkaService(image: string, name: string, at: number, names: readonly string[]) {
  const hostPort = firstKafkaPort + at;
  const copies = names.length;
  return {
    image,
    environment: {
      CLUSTER_ID: kafkaClusterId,
      KAFKA_NODE_ID: at + 1,
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: names.map((voter, index) => `${index + 1}@${voter}:9093`).join(','),
      // One listener for the host, one for the other brokers.
      KAFKA_LISTENERS: `PLAINTEXT://:${hostPort},INTERNAL://:19092,CONTROLLER://:9093`,
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${hostPort},INTERNAL://${name}:19092`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_INTER_BROKER_LISTENER_NAME: 'INTERNAL',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      ...kafkaEnvironment(kafkaSettings(copies)),
      KAFKA_LOG_DIRS: '/var/lib/kafka/data',
      KAFKA_HEAP_OPTS: copies === 1 ? '-Xms128m -Xmx512m' : '-Xms64m -Xmx256m',
    },
    ports: [`127.0.0.1:${hostPort}:${hostPort}`],
    volumes: [`${name}:/var/lib/kafka/data`],
    healthcheck: healthcheck([
      'CMD',
      '/opt/kafka/bin/kafka-broker-api-versions.sh',
      '--bootstrap-server',
      'localhost:19092',
    ]),
    restart: 'unless-stopped',
  };
}

function postgresService(image: string) {
  return {
    image,
    command: ['postgres', '-c', `max_connections=${postgresConnections}`],
    environment: {
      POSTGRES_USER: 'fluxgate',
      // Compose refuses to start without one.
      POSTGRES_PASSWORD: `\${FLUXGATE_POSTGRES_PASSWORD:?set a password of your own}`,
      POSTGRES_DB: 'fluxgate',
    },
    ports: ['127.0.0.1:5432:5432'],
    // From 18 on the image keeps its data in a folder below this one.
    volumes: ['postgres:/var/lib/postgresql'],
    healthcheck: healthcheck(['CMD', 'pg_isready', '-U', 'fluxgate', '-d', 'fluxgate']),
    restart: 'unless-stopped',
  };
}

/** A broker takes some 10 s to start on a small machine. */
function healthcheck(test: readonly string[]) {
  return { test: [...test], interval: '5s', timeout: '10s', retries: 12, start_period: '20s' };
}
