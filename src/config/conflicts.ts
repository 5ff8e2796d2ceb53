import { isIP } from 'node:net';
import type { Config } from './config-schema.ts';
import { parseNodeAddress } from './node-address.ts';

/** What no single setting can say about itself. Sentences; empty where all is well. */
export function conflictsIn(config: Config): readonly string[] {
  return [
    ...deadlineConflicts(config),
    ...proxyConflicts(config),
    ...redisConflicts(config),
    ...kafkaConflicts(config),
    ...(['redis', 'kafka', 'postgres'] as const).flatMap((group) => tlsConflicts(group, config[group])),
  ];
}

function deadlineConflicts(config: Config): readonly string[] {
  const conflicts: string[] = [];
  if (config.appendDeadlineMs >= config.requestTimeoutMs)
    conflicts.push('appendDeadlineMs must be shorter than requestTimeoutMs: a request waits for its append');
  if (config.appendDeadlineMs >= config.serverLeaseMs)
    conflicts.push('appendDeadlineMs must be shorter than serverLeaseMs: a rebuild waits for both');
  return conflicts;
}

function proxyConflicts({ trustProxy }: Config): readonly string[] {
  return trustProxy.flatMap((proxy) => {
    const [address = '', prefix] = proxy.split('/');
    const family = isIP(address);
    const widest = family === 4 ? 32 : 128;
    const isGood = family !== 0 && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= widest));
    return isGood ? [] : [`trustProxy: ${proxy} is neither an address nor a network like 10.0.0.0/8`];
  });
}

function redisConflicts({ redis }: Config): readonly string[] {
  const conflicts = redis.nodes
    .filter((node) => parseNodeAddress(node) === undefined)
    .map((node) => `redis.nodes: ${node} is not host:port, like 10.0.0.7:6379 or [::1]:6379`);
  if (redis.topology === 'single' && redis.nodes.length > 1)
    conflicts.push(
      `redis.nodes has ${redis.nodes.length}, and redis.topology single is one; the others are sentinel, cluster`,
    );
  if (redis.username !== undefined && redis.password === undefined)
    conflicts.push('redis.username needs redis.password: Redis knows nobody by the name alone');
  if (redis.sentinelUsername !== undefined && redis.sentinelPassword === undefined)
    conflicts.push('redis.sentinelUsername needs redis.sentinelPassword: Sentinels know nobody by the name alone');
  if (redis.sentinelPassword !== undefined && redis.topology !== 'sentinel')
    conflicts.push(`redis.sentinelPassword means nothing where redis.topology is ${redis.topology}`);
  return conflicts;
}

function kafkaConflicts({ kafka }: Config): readonly string[] {
  const conflicts = kafka.brokers.flatMap((broker) => {
    if (parseNodeAddress(broker) === undefined)
      return [`kafka.brokers: ${broker} is not host:port, like 10.0.0.7:9092`];
    // kafkajs cuts at the first colon
    return broker.startsWith('[')
      ? [`kafka.brokers: ${broker} is an IPv6 address; name the broker by a host name`]
      : [];
  });
  if (kafka.minInsyncReplicas > kafka.replicas)
    conflicts.push(
      `kafka.minInsyncReplicas ${kafka.minInsyncReplicas} cannot be met by kafka.replicas ${kafka.replicas}: no order could ever be accepted`,
    );
  const hasLogin = kafka.username !== undefined || kafka.password !== undefined;
  if (kafka.saslMechanism === 'none' && hasLogin)
    conflicts.push(
      'kafka.username and kafka.password need a kafka.saslMechanism: plain, scram-sha-256 or scram-sha-512',
    );
  if (kafka.saslMechanism !== 'none' && (kafka.username === undefined || kafka.password === undefined))
    conflicts.push(`kafka.saslMechanism ${kafka.saslMechanism} needs kafka.username and kafka.password`);
  return conflicts;
}

function tlsConflicts(group: string, settings: Config['redis' | 'kafka' | 'postgres']): readonly string[] {
  if (settings.tls) return [];
  return (['caFile', 'serverName'] as const)
    .filter((name) => settings[name] !== undefined)
    .map((name) => `${group}.${name} means nothing without ${group}.tls: true`);
}
