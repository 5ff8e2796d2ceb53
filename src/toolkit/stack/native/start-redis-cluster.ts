import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceName } from '../service-name.ts';
import type { NativeService } from '../stack-file.ts';
import { redisNames } from '../stack-shape.ts';
import { freePort, onFormerPort } from './free-port.ts';
import { knownPort, type NativeStart, told } from './native-start.ts';
import { infoFields, redisCommand } from './redis-command.ts';
import { type RedisUse, redisConfPath, startRedis } from './start-redis.ts';
import { together } from './together.ts';
import { untilSettled } from './until-settled.ts';

/** The first three get the slots, each of the other three follows one of them. */
const primaries = 3;
/** Of every Redis Cluster (redis.io/docs/reference/cluster-spec). */
const slots = 16_384;
/** A machine that does much else keeps a Redis waiting for a second; a dead primary is followed 1 s after this time. */
const nodeTimeoutMs = 3_000;
/** Where nodes keep who they are and what they know of the others, in their folder. */
const nodesFile = 'nodes.conf';

type ClusterStart = NativeStart & RedisUse;

/**
 * A cluster of three primaries with a replica each. Nodes that ran before know their places; new ones are joined by CLUSTER
 * commands as `redis-cli --cluster create` does it.
 */
export async function startRedisCluster(
  names: readonly ServiceName[],
  use: ClusterStart,
): Promise<readonly NativeService[]> {
  const members = redisNames.cluster;
  const isNew = members.every((name) => knownPort(name, use) === undefined);
  const started = await together(
    members
      .filter((name) => names.includes(name))
      .map((name) => (signal: AbortSignal) => startNode(name, isNew, { ...use, signal })),
    use.signal,
  );
  const nodes = members.map((name) => {
    const port = started.find((one) => one.name === name)?.port ?? knownPort(name, use) ?? 0;
    return { name, port, busPort: formerBusPort(name, use) ?? 0 };
  });
  await meet(nodes, isNew);
  await untilSettled('the Redis Cluster', () => strangers(nodes), use.signal);
  if (isNew) await divide(nodes);
  await untilSettled('the Redis Cluster', () => unsettled(nodes), use.signal);
  return started;
}

async function startNode(name: ServiceName, isNew: boolean, use: ClusterStart): Promise<NativeService> {
  // Of a start that was killed: who is in it may have gone.
  if (isNew) rmSync(join(use.stackDir, name, nodesFile), { force: true });
  const busPort = await freePort(formerBusPort(name, use));
  const settings = [
    'cluster-enabled yes',
    `cluster-config-file ${nodesFile}`,
    `cluster-port ${busPort}`,
    `cluster-node-timeout ${nodeTimeoutMs}`,
    // A sale lives in one slot: the others go on while one shard has nobody.
    'cluster-require-full-coverage no',
    // However stale: the gate is made anew after every promotion.
    'cluster-replica-validity-factor 0',
    'cluster-allow-replica-migration no',
  ];
  return told(await onFormerPort(name, knownPort(name, use), (port) => startRedis(name, port, settings, use)), use);
}

function formerBusPort(name: ServiceName, use: ClusterStart): number | undefined {
  const conf = redisConfPath(use.stackDir, name);
  const port = existsSync(conf) ? /^cluster-port (\d+)/m.exec(readFileSync(conf, 'utf8'))?.[1] : undefined;
  return port === undefined ? undefined : Number(port);
}

interface Node {
  readonly name: ServiceName;
  readonly port: number;
  readonly busPort: number;
}

/** Introduces the first node to all others: they gossip it further. To meet somebody again does nothing. */
async function meet(nodes: readonly Node[], isNew: boolean): Promise<void> {
  const [first, ...others] = nodes;
  if (first === undefined) return;
  // Each its own, as long as it is alone: else two that claim the same slots have to find out who is right.
  if (isNew) await Promise.all(nodes.map(({ port }, at) => redisCommand(port, 'CLUSTER', 'SET-CONFIG-EPOCH', at + 1)));
  for (const { port, busPort } of others) await redisCommand(first.port, 'CLUSTER', 'MEET', '127.0.0.1', port, busPort);
}

async function divide(nodes: readonly Node[]): Promise<void> {
  const ids = await Promise.all(
    nodes.slice(0, primaries).map(async ({ port }, at) => {
      const from = Math.round((slots * at) / primaries);
      const to = Math.round((slots * (at + 1)) / primaries) - 1;
      await redisCommand(port, 'CLUSTER', 'ADDSLOTSRANGE', from, to);
      return String(await redisCommand(port, 'CLUSTER', 'MYID'));
    }),
  );
  await Promise.all(
    nodes.slice(primaries).map(({ port }, at) => redisCommand(port, 'CLUSTER', 'REPLICATE', ids[at % primaries] ?? '')),
  );
}

/** Who does not know all the others yet. */
async function strangers(nodes: readonly Node[]): Promise<string | undefined> {
  for (const { name, port } of nodes) {
    const lines = String(await redisCommand(port, 'CLUSTER', 'NODES'))
      .trim()
      .split('\n');
    const known = lines.filter((line) => !/\b(handshake|noaddr|fail\?|fail)\b/.test(line));
    if (known.length < nodes.length) return `${name} reaches ${known.length} of ${nodes.length} nodes`;
  }
  return undefined;
}

/** What is missing until every slot has a primary and every primary has its replica. */
async function unsettled(nodes: readonly Node[]): Promise<string | undefined> {
  for (const { name, port } of nodes) {
    const cluster = infoFields(await redisCommand(port, 'CLUSTER', 'INFO'));
    if (cluster.get('cluster_state') !== 'ok' || cluster.get('cluster_slots_ok') !== String(slots))
      return `${name} says cluster_state:${cluster.get('cluster_state')}, ${cluster.get('cluster_slots_ok')} slots`;
    const replication = infoFields(await redisCommand(port, 'INFO', 'replication'));
    const isWell =
      replication.get('role') === 'master'
        ? replication.get('connected_slaves') === '1'
        : replication.get('master_link_status') === 'up';
    if (!isWell) return `${name} has no other half`;
  }
  return undefined;
}
