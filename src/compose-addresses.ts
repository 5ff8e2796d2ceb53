import { readFileSync } from 'node:fs';
import type { KafkaAddress } from './adapters/kafka/kafka-client.ts';
import type { PostgresAddress } from './adapters/postgres/pool.ts';
import type { RedisAddress } from './adapters/redis/redis-address.ts';
import type { Config } from './config/config-schema.ts';
import { parseNodeAddress } from './config/node-address.ts';
import { FluxError } from './engine/domain/flux-error.ts';
import { noAddress } from './toolkit/stack/no-address.ts';

/** @throws FluxError `stack_not_running` where nothing says where Redis is, `config_invalid` for a CA file that is none */
export function redisAddress({ redis, stackDir }: Config): RedisAddress {
  if (redis.nodes.length === 0) throw noAddress('Redis', stackDir);
  const { topology, primaryName, username, password, sentinelUsername, sentinelPassword } = redis;
  return {
    topology,
    nodes: redis.nodes.map(parseNodeAddress).filter((node) => node !== undefined), // checked when the settings were loaded
    primaryName,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(sentinelUsername === undefined ? {} : { sentinelUsername }),
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    ...tlsOf('redis', redis),
  };
}

/** @throws FluxError `stack_not_running` where nothing says where Kafka is, `config_invalid` for a CA file that is none */
export function kafkaAddress({ kafka, stackDir }: Config): Omit<KafkaAddress, 'log'> {
  if (kafka.brokers.length === 0) throw noAddress('Kafka', stackDir);
  const { saslMechanism: mechanism, username = '', password = '' } = kafka;
  const { tls } = tlsOf('kafka', kafka);
  return {
    brokers: kafka.brokers,
    ...(mechanism === 'none' ? {} : { sasl: { mechanism, username, password } }),
    ...(tls === undefined
      ? {}
      : {
          ssl: {
            ...(tls.ca === undefined ? {} : { ca: [tls.ca] }),
            ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
          },
        }),
  };
}

/** @throws FluxError `stack_not_running` where nothing says where PostgreSQL is, `config_invalid` for a CA file that is none */
export function postgresAddress({ postgres, stackDir }: Config): PostgresAddress {
  const { host, port, user, password = '', database } = postgres;
  if (host === undefined) throw noAddress('PostgreSQL', stackDir);
  return { host, port, user, password, database, ...tlsOf('postgres', postgres) };
}

/** Says at once what a command that uses all of them would meet one after the other. */
export function requireAddresses(config: Config): void {
  redisAddress(config);
  kafkaAddress(config);
  postgresAddress(config);
}

interface Tls {
  readonly ca?: string;
  readonly serverName?: string;
}

function tlsOf(
  group: 'redis' | 'kafka' | 'postgres',
  { tls, caFile, serverName }: Config['redis' | 'kafka' | 'postgres'],
): { readonly tls?: Tls } {
  if (!tls) return {};
  return {
    tls: {
      ...(caFile === undefined ? {} : { ca: certificatesIn(caFile, `${group}.caFile`) }),
      ...(serverName === undefined ? {} : { serverName }),
    },
  };
}

/** What is no certificate would only be seen as a server that nobody trusts. */
function certificatesIn(path: string, setting: string): string {
  const text = readFileSync(path, 'utf8');
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new FluxError('config_invalid', `${setting}: ${path} has no certificate in PEM form`, {
    hint: `openssl x509 -in ${path} -noout -subject`,
  });
}
