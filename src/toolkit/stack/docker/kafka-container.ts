import { kafkaEnvironment } from '../kafka-environment.ts';
import { kafkaSettings } from '../kafka-settings.ts';
import type { ContainerSpec } from './container-spec.ts';

/** Inside: clients, the controller, and the broker when it talks to itself (transactions): it cannot reach its published port. */
const ports = { clients: 9092, controller: 9093, itself: 9094 } as const;

/** The image makes it for the user that the broker runs as. */
const dataFolder = '/var/lib/kafka/data';

/**
 * One broker that is its own controller. `advertisedPort` is where its clients find it, on the loopback of this machine.
 */
export function kafkaContainer(
  image: string,
  use: { readonly advertisedPort: number; readonly clusterId: string },
): ContainerSpec {
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@localhost:${ports.controller}`,
    listeners: `PLAINTEXT://0.0.0.0:${ports.clients},CONTROLLER://localhost:${ports.controller},ITSELF://localhost:${ports.itself}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${use.advertisedPort},ITSELF://localhost:${ports.itself}`,
    'inter.broker.listener.name': 'ITSELF',
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,ITSELF:PLAINTEXT',
    'log.dirs': `${dataFolder}/logs`,
    ...kafkaSettings(1),
  };
  return {
    image,
    port: ports.clients,
    env: {
      ...kafkaEnvironment(settings),
      CLUSTER_ID: use.clusterId,
      KAFKA_HEAP_OPTS: '-Xms128m -Xmx512m',
    },
    dataFolder,
  };
}
