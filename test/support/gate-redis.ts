import { type RedisAddress, singleRedis } from '../../src/adapters/redis/redis-address.ts';
import { saleKey } from '../../src/adapters/redis/sale-keys.ts';
import { saleId } from '../builders/ids.ts';
import { eventually } from './eventually.ts';
import { startTestRedis, type TestRedis } from './redis.ts';
import { startTestCluster } from './redis-cluster.ts';
import { startRedisFront } from './redis-front.ts';
import { startTestSentinels } from './redis-sentinels.ts';

/** A Redis of some topology for the gate, and what can become of it. A primary and its replica are there from the start. */
export interface GateRedis {
  readonly address: RedisAddress;
  /** The present one. */
  primary(): TestRedis;
  /** Its data are lost. */
  lose(): Promise<void>;
  /** Comes back with its data, and with another replication id. */
  restart(): Promise<void>;
  /** The replica keeps its present data; the result makes it the primary. */
  replicate(): Promise<() => Promise<void>>;
  /** Until the replica has all data again. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

const waitMs = 30_000;

/** Two servers of which one follows the other, and what is different where somebody watches over them. */
interface Pair {
  readonly address: RedisAddress;
  readonly a: TestRedis;
  readonly b: TestRedis;
  /** Makes the replica the primary. */
  promote(replica: TestRedis): Promise<unknown>;
  /** Which of the two is the primary, where it is not sure to be the expected one. */
  primaryAfter(expected: TestRedis): Promise<TestRedis>;
  stop(): Promise<void>;
}

function gateOf({ address, a, b, promote, primaryAfter, stop }: Pair): GateRedis {
  let primary = a;
  const replica = () => (primary === a ? b : a);
  const restart = async () => {
    await primary.restart();
    primary = await primaryAfter(primary);
    await replica().follow(primary.address);
  };
  return {
    address,
    primary: () => primary,
    async lose() {
      await primary.command('FLUSHALL');
      await restart();
    },
    restart,
    async replicate() {
      await primary.command('WAIT', 1, waitMs);
      await replica().detach();
      return async () => {
        const next = replica();
        await promote(next);
        primary = await primaryAfter(next);
      };
    },
    async settle() {
      await Promise.all([a.reattach(), b.reattach()]);
      await replica().follow(primary.address);
    },
    stop,
  };
}

/** A primary and its replica, and an address in front of whichever is the gate: topology single. */
export async function startPair(): Promise<GateRedis> {
  const [a, b] = await Promise.all([startTestRedis('rdb'), startTestRedis('rdb')]);
  const front = await startRedisFront(a.address);
  // From the start: a primary takes a new replication id when its first replica attaches.
  await b.follow(a.address);
  return gateOf({
    address: singleRedis(front.address),
    a,
    b,
    async promote(replica) {
      await replica.command('REPLICAOF', 'NO', 'ONE');
      front.pointTo(replica.address);
    },
    primaryAfter: async (expected) => expected,
    async stop() {
      await front.close();
      await Promise.all([a.stop(), b.stop()]);
    },
  });
}

/** The same two under three Sentinels. */
export async function startSentinelPair(): Promise<GateRedis> {
  const sentinels = await startTestSentinels();
  return gateOf({
    ...sentinels,
    promote: () => sentinels.failOver(),
    // On a busy machine the Sentinels may have taken the primary for dead.
    primaryAfter: () => sentinels.primary(),
  });
}

/** A Cluster; `primary` is the one of the tests' sale. */
export async function startClusterOfGate(): Promise<GateRedis> {
  const cluster = await startTestCluster(saleKey(saleId(), 'fence'));
  const { a, b } = cluster;
  let primary = a;
  const replica = () => (primary === a ? b : a);
  const takeOver = async () => {
    await cluster.takeOver(replica());
    primary = replica();
  };
  return {
    address: cluster.address,
    primary: () => primary,
    async lose() {
      await primary.command('FLUSHALL');
    },
    // A node of a Cluster that restarts takes no writes for 2 s; the replica with all data is there at once.
    async restart() {
      await primary.command('WAIT', 1, waitMs);
      await takeOver();
    },
    async replicate() {
      await primary.command('WAIT', 1, waitMs);
      await replica().detach();
      return takeOver;
    },
    async settle() {
      await Promise.all([a.reattach(), b.reattach()]);
      await untilLinked(replica());
    },
    stop: () => cluster.stop(),
  };
}

async function untilLinked(replica: TestRedis): Promise<void> {
  await eventually(
    'the replica follows',
    async () => (await replica.replication()).master_link_status === 'up',
    30_000,
  );
}
