import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kafkaSettings } from '../kafka-settings.ts';
import type { ServiceName } from '../service-name.ts';

/** One controller of the quorum. */
export interface KafkaVoter {
  readonly name: ServiceName;
  readonly nodeId: number;
  readonly port: number;
}

export interface KafkaBroker {
  readonly name: ServiceName;
  /** Where clients are listened for. */
  readonly port: number;
  /** Of a proxied one: where clients are told to go, and where the brokers talk to each other. */
  readonly proxied?: { readonly advertisedPort: number; readonly internalPort: number } | undefined;
  /** All of the quorum, this one included. */
  readonly voters: readonly KafkaVoter[];
}

export function kafkaPropertiesPath(stackDir: string, name: ServiceName): string {
  return join(stackDir, name, 'server.properties');
}

/** The controller's port as it was written down; undefined where there is none yet. */
export function formerControllerPort(stackDir: string, name: ServiceName): number | undefined {
  const path = kafkaPropertiesPath(stackDir, name);
  if (!existsSync(path)) return undefined;
  const port = /^listeners=.*CONTROLLER:\/\/127\.0\.0\.1:(\d+)/m.exec(readFileSync(path, 'utf8'))?.[1];
  return port === undefined ? undefined : Number(port);
}

/** A broker's server.properties (kafka.apache.org/documentation/#configuration). */
export function kafkaPropertiesText({ name, port, proxied, voters }: KafkaBroker): string {
  const self = voters.find((voter) => voter.name === name);
  const internal = proxied === undefined ? '' : `,INTERNAL://127.0.0.1:${proxied.internalPort}`;
  const listeners = (clientPort: number) =>
    `PLAINTEXT://127.0.0.1:${clientPort}${internal},CONTROLLER://127.0.0.1:${self?.port}`;
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': self?.nodeId,
    'controller.quorum.voters': voters.map((voter) => `${voter.nodeId}@127.0.0.1:${voter.port}`).join(','),
    listeners: listeners(port),
    'advertised.listeners': listeners(proxied?.advertisedPort ?? port),
    // What the proxy does to clients is not done to the copies.
    'inter.broker.listener.name': proxied === undefined ? 'PLAINTEXT' : 'INTERNAL',
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
    // relative to the stack's folder, where it is started: this file knows Latin-1 only, and commas part folders
    'log.dirs': `${name}/data`,
    ...kafkaSettings(voters.length),
  };
  return `${Object.entries(settings)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')}\n`;
}
