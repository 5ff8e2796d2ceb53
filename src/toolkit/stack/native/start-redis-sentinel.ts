import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceName } from '../service-name.ts';
import type { NativeService } from '../stack-file.ts';
import { redisNames, sentinelNames, sentinelPrimaryName } from '../stack-shape.ts';
import { onFormerPort } from './free-port.ts';
import { knownPort, type NativeStart, told } from './native-start.ts';
import { redisCommand } from './redis-command.ts';
import { networkLines, type RedisUse, startRedis, startRedisProcess } from './start-redis.ts';
import { together } from './together.ts';
import { untilSettled } from './until-settled.ts';

/** How many Sentinels must find the primary dead: most of three. */
const quorum = 2;
/** A machine that does much else keeps a Redis waiting for a second; nobody waits for long for another primary. */
const downAfterMs = 2_000;
/** A failover that did not work is tried again after twice this time. */
const failoverMs = 5_000;

type SentinelStart = NativeStart & RedisUse;

/**
 * A primary with two replicas, and three Sentinels (redis.io/docs/management/sentinel). Who is primary is what the Sentinels
 * wrote down last: one that died comes back as a replica of who followed it.
 */
export async function startRedisSentinel(
  names: readonly ServiceName[],
  use: SentinelStart,
): Promise<readonly NativeService[]> {
  const primary = primaryOf(use);
  const missing = redisNames.sentinel.filter((name) => names.includes(name));
  const started: NativeService[] = [];
  if (missing.some((name) => name === primary)) started.push(await startNode(primary, [], use));
  const primaryPort = started[0]?.port ?? knownPort(primary, use) ?? 0;
  const follow = [`replicaof 127.0.0.1 ${primaryPort}`];
  const replicas = missing.filter((name) => name !== primary);
  started.push(
    ...(await together(
      replicas.map((name) => (signal) => startNode(name, follow, { ...use, signal })),
      use.signal,
    )),
  );
  const sentinels = sentinelNames.filter((name) => names.includes(name));
  started.push(
    ...(await together(
      sentinels.map((name) => (signal) => startSentinel(name, primaryPort, { ...use, signal })),
      use.signal,
    )),
  );
  const ports = sentinelNames.map(
    (name) => started.find((one) => one.name === name)?.port ?? knownPort(name, use) ?? 0,
  );
  await untilSettled('the Sentinels', () => unsettled(ports), use.signal);
  return started;
}

async function startNode(name: ServiceName, more: readonly string[], use: SentinelStart): Promise<NativeService> {
  return told(await onFormerPort(name, knownPort(name, use), (port) => startRedis(name, port, more, use)), use);
}

/** A Sentinel keeps what it knows in its configuration: that of a former one stays as it is. */
async function startSentinel(name: ServiceName, primaryPort: number, use: SentinelStart): Promise<NativeService> {
  const conf = confPath(use, name);
  const former = knownPort(name, use);
  const service = await onFormerPort(name, former, async (port) => {
    mkdirSync(join(use.stackDir, name), { recursive: true, mode: 0o700 });
    if (former === undefined || !existsSync(conf))
      writeFileSync(conf, confText(name, port, primaryPort), { mode: 0o600 });
    return startRedisProcess(name, port, [conf, '--sentinel'], use);
  });
  return told(service, use);
}

function confPath(use: SentinelStart, name: ServiceName): string {
  return join(use.stackDir, name, 'sentinel.conf');
}

function confText(name: ServiceName, port: number, primaryPort: number): string {
  return [
    ...networkLines(name, port),
    `sentinel monitor ${sentinelPrimaryName} 127.0.0.1 ${primaryPort} ${quorum}`,
    `sentinel down-after-milliseconds ${sentinelPrimaryName} ${downAfterMs}`,
    `sentinel failover-timeout ${sentinelPrimaryName} ${failoverMs}`,
    `sentinel parallel-syncs ${sentinelPrimaryName} 2`,
    '',
  ].join('\n');
}

/** The Redis that the Sentinel with the newest epoch wrote down as primary; at first it is `redis`. */
function primaryOf(use: SentinelStart): ServiceName {
  const newest = sentinelNames
    .filter((name) => knownPort(name, use) !== undefined && existsSync(confPath(use, name)))
    .map((name) => readFileSync(confPath(use, name), 'utf8'))
    .map((text) => ({
      epoch: Number(/^sentinel config-epoch \S+ (\d+)/m.exec(text)?.[1] ?? 0),
      port: Number(/^sentinel monitor \S+ \S+ (\d+)/m.exec(text)?.[1] ?? 0),
    }))
    .toSorted((one, other) => other.epoch - one.epoch)[0];
  return redisNames.sentinel.find((name) => newest !== undefined && knownPort(name, use) === newest.port) ?? 'redis';
}

/** What is missing until each Sentinel knows the other two and both replicas: before, a failover would not find them. */
async function unsettled(ports: readonly number[]): Promise<string | undefined> {
  for (const port of ports) {
    const flat = await redisCommand(port, 'SENTINEL', 'MASTER', sentinelPrimaryName);
    const words = Array.isArray(flat) ? flat.map(String) : [];
    const field = (name: string) => words[words.indexOf(name) + 1];
    const known = { flags: field('flags'), replicas: field('num-slaves'), sentinels: field('num-other-sentinels') };
    if (known.flags !== 'master' || known.replicas !== '2' || known.sentinels !== '2')
      return `the one at port ${port} knows ${JSON.stringify(known)}`;
  }
  return undefined;
}
