import type { Given } from '../../config/settings.ts';
import { inOrder, roleOf, type ServiceRole } from './service-name.ts';
import type { StackFile, StackService } from './stack-file.ts';
import { redisTopologyOf, sentinelPrimaryName } from './stack-shape.ts';

/**
 * What a stack file says to the configuration, by setting path: how to reach its Redis, Kafka and PostgreSQL, each group as
 * a whole. Undefined says that there is none (no password), whatever the configuration file has.
 */
export function settingsOfStack(file: StackFile, origin: string): ReadonlyMap<string, Given> {
  const inRole = (role: ServiceRole) => inOrder(file.services).filter(({ name }) => roleOf(name) === role);
  const topology = redisTopologyOf(file);
  const redis = inRole(topology === 'sentinel' ? 'sentinel' : 'redis');
  const brokers = inRole('kafka');
  const [postgres] = inRole('postgres');
  const values: Readonly<Record<string, unknown>> = {
    ...(redis.length === 0 ? {} : redisSettings(topology, redis)),
    ...(brokers.length === 0 ? {} : kafkaSettings(brokers)),
    ...(postgres === undefined ? {} : postgresSettings(postgres)),
  };
  return new Map(Object.entries(values).map(([path, value]) => [path, { value, origin }]));
}

function redisSettings(topology: string, nodes: readonly StackService[]): Record<string, unknown> {
  return {
    'redis.topology': topology,
    'redis.nodes': nodes.map(addressOf),
    'redis.primaryName': sentinelPrimaryName,
    'redis.username': undefined,
    'redis.password': undefined,
    'redis.sentinelUsername': undefined,
    'redis.sentinelPassword': undefined,
    ...withoutTls('redis'),
  };
}

/** At most two copies must have an order: then one of three brokers may be lost, and one broker alone is enough for itself. */
function kafkaSettings(brokers: readonly StackService[]): Record<string, unknown> {
  return {
    'kafka.brokers': brokers.map(addressOf),
    'kafka.replicas': brokers.length,
    'kafka.minInsyncReplicas': Math.min(2, brokers.length),
    'kafka.saslMechanism': 'none',
    'kafka.username': undefined,
    'kafka.password': undefined,
    ...withoutTls('kafka'),
  };
}

function postgresSettings({ host, port, user, password, database }: StackService): Record<string, unknown> {
  return {
    'postgres.host': host,
    'postgres.port': port,
    'postgres.user': user,
    'postgres.password': password,
    'postgres.database': database,
    ...withoutTls('postgres'),
  };
}

function withoutTls(group: string): Record<string, unknown> {
  return { [`${group}.tls`]: false, [`${group}.caFile`]: undefined, [`${group}.serverName`]: undefined };
}

function addressOf({ host, port }: StackService): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
