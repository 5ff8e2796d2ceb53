import type { RedisAddress } from '../../src/adapters/redis/redis-address.ts';
import { eventually } from './eventually.ts';
import { startTestRedis, type TestRedis } from './redis.ts';
import { freePort } from './redis-process.ts';

const slots = 16_384;
/** A primary that is silent for this long has failed: the least that leaves room for a busy machine. */
const nodeTimeoutMs = '1000';

/** A Cluster of three primaries; the one with the slot of `key` has a replica. */
export interface TestCluster {
  readonly address: RedisAddress;
  readonly primaries: readonly TestRedis[];
  /** The first primary of the key's slot and its replica. */
  readonly a: TestRedis;
  readonly b: TestRedis;
  /** A primary without the key's slot. */
  readonly other: TestRedis;
  readonly slot: number;
  /** Makes the given replica the primary at once, whatever data it has, and waits until all nodes know. */
  takeOver(replica: TestRedis): Promise<void>;
  /** Until all nodes that answer say that this one has the key's slot. */
  untilOwner(redis: TestRedis): Promise<void>;
  stop(): Promise<void>;
}

export async function startTestCluster(key: string): Promise<TestCluster> {
  const nodes = await Promise.all([0, 1, 2, 3].map(startNode));
  const ids = await Promise.all(nodes.map(({ redis }) => redis.command('CLUSTER', 'MYID')));
  const primaries = nodes.slice(0, 3).map(({ redis }) => redis);
  const share = Math.ceil(slots / primaries.length);
  for (const [n, redis] of primaries.entries()) {
    await redis.command('CLUSTER', 'SET-CONFIG-EPOCH', n + 1);
    await redis.command('CLUSTER', 'ADDSLOTSRANGE', n * share, Math.min((n + 1) * share, slots) - 1);
  }
  const [first] = primaries;
  const b = nodes[3]?.redis;
  if (first === undefined || b === undefined) throw new Error('there are four nodes');
  for (const { redis, busPort } of nodes.slice(1))
    await first.command('CLUSTER', 'MEET', redis.address.host, redis.address.port, busPort);
  const all = nodes.map(({ redis }) => redis);
  const says = async (redis: TestRedis, line: string) => String(await redis.command('CLUSTER', 'INFO')).includes(line);
  await eventually(
    'the Cluster is up',
    async () => {
      for (const redis of all)
        if (!((await says(redis, 'cluster_state:ok')) && (await says(redis, 'cluster_known_nodes:4')))) return false;
      return true;
    },
    30_000,
  );

  const slot = Number(await first.command('CLUSTER', 'KEYSLOT', key));
  const owner = Math.floor(slot / share);
  const a = primaries[owner];
  const other = primaries[(owner + 1) % primaries.length];
  if (a === undefined || other === undefined) throw new Error('every slot has a primary');
  await eventually('the replica is taken', () =>
    b.command('CLUSTER', 'REPLICATE', String(ids[owner])).then(
      () => true,
      () => false,
    ),
  );
  await eventually('the replica follows', async () => (await b.replication()).master_link_status === 'up');

  async function ownerAt(redis: TestRedis): Promise<number> {
    const ranges = (await redis.command('CLUSTER', 'SLOTS')) as [number, number, [string, number]][];
    return ranges.find(([from, to]) => slot >= from && slot <= to)?.[2][1] ?? 0;
  }
  const untilOwner = (redis: TestRedis) =>
    eventually(
      'all nodes know who has the slot',
      async () => {
        // one that is dead or stands still is not asked
        const asked = all.filter((each) => each === redis || (each !== a && each !== b));
        return (await Promise.all(asked.map(ownerAt))).every((port) => port === redis.address.port);
      },
      30_000,
    );
  await untilOwner(a);

  return {
    address: { topology: 'cluster', nodes: primaries.map(({ address }) => address) },
    primaries,
    a,
    b,
    other,
    slot,
    async takeOver(replica) {
      await replica.command('CLUSTER', 'FAILOVER', 'TAKEOVER');
      await untilOwner(replica);
    },
    untilOwner,
    async stop() {
      await Promise.all(all.map((redis) => redis.stop()));
    },
  };
}

async function startNode() {
  // Not port + 10,000, which may be none.
  const busPort = await freePort();
  const redis = await startTestRedis('rdb', {
    'cluster-enabled': 'yes',
    'cluster-port': String(busPort),
    'cluster-node-timeout': nodeTimeoutMs,
    'cluster-replica-validity-factor': '0',
    'cluster-allow-replica-migration': 'no',
  });
  return { redis, busPort };
}
