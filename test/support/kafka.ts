import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKafkaProcess, type KafkaProcess, type KafkaSettings } from './kafka-process.ts';

/** A throwaway Kafka broker (KRaft, one node) for one test file. */
export interface TestKafka extends KafkaProcess {
  /** `127.0.0.1:port`; stays the same over `kill` and `start`. */
  readonly broker: string;
  /** A topic name that nobody has used. */
  topic(): string;
}

/** Starts one, with `more` broker settings and users for SCRAM; call `stop` in afterAll. */
export async function startTestKafka(
  more: KafkaSettings = {},
  scramUsers: readonly { readonly name: string; readonly password: string }[] = [],
): Promise<TestKafka> {
  const [port = 0, controllerPort = 0] = await freePorts(2);
  const kafka = await createKafkaProcess({
    folder: kafkaFolder(),
    port,
    settings: { ...brokerSettings(1, port, controllerPort), ...oneBroker, ...more },
    format: ['--standalone', '-t', clusterId(), ...scramUsers.flatMap(addScram)],
    heapMb: 512,
  });
  await kafka.start();
  return {
    broker: `127.0.0.1:${port}`,
    topic: freshTopic,
    get pid() {
      return kafka.pid;
    },
    kill: kafka.kill,
    start: kafka.start,
    stop: kafka.stop,
  };
}

/** A topic name that nobody has used. */
export function freshTopic(): string {
  return `orders-${randomBytes(6).toString('hex')}`;
}

function addScram({ name, password }: { readonly name: string; readonly password: string }): readonly string[] {
  return ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((kind) => [
    '--add-scram',
    `${kind}=[name=${name},password=${password}]`,
  ]);
}

export function kafkaFolder(): string {
  return mkdtempSync(join(tmpdir(), 'fluxgate-kafka-'));
}

export function clusterId(): string {
  return randomBytes(16).toString('base64url').replace(/^-/, 'A'); // a leading dash would read as a flag
}

const oneBroker: KafkaSettings = {
  'offsets.topic.replication.factor': 1,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
};

/** Of a node that is broker and controller, whose quorum is itself unless `more` settings say otherwise. */
export function brokerSettings(nodeId: number, port: number, controllerPort: number): KafkaSettings {
  return {
    'process.roles': 'broker,controller',
    'node.id': nodeId,
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'auto.create.topics.enable': false,
    // The default of 50 is 50 folders and 100 files to open at each start.
    'offsets.topic.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    // A broker that comes back after a kill is let in again at once.
    'broker.session.timeout.ms': 3_000,
    'log.index.size.max.bytes': 1_048_576,
  };
}

export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(async (server) => {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      return typeof address === 'object' && address !== null ? address.port : 0;
    }),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
