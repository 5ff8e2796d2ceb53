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

const waitMs = 10_000;

/** A primary and its replica, and an address in front of whichever is the gate: topology single. */
export async function startPair(): Promise<GateRedis> {
  let [primary, replica] = await Promise.all([startTestRedis('rdb'), startTestRedis('rdb')]);
  const front = await startRedisFront(primary.address);
  // From the start: a primary takes a new replication id when its first replica attaches.
  await replica.follow(primary.address);
  const restart = async () => {
    await primary.restart();
    await replica.follow(primary.address);
  };
  return {
    address: singleRedis(front.address),
    primary: () => primary,
    async lose() {
      await primary.command('FLUSHALL');
      await restart();
    },
    restart,
    async replicate() {
      await primary.command('WAIT', 1, waitMs);
      await replica.detach();
      return async () => {
        await replica.command('REPLICAOF', 'NO', 'ONE');
        [primary, replica] = [replica, primary];
        front.pointTo(primary.address);
      };
    },
    async settle() {
      await Promise.all([primary.reattach(), replica.reattach()]);
      await replica.follow(primary.address);
    },
    async stop() {
      await front.close();
      await Promise.all([primary.stop(), replica.stop()]);
    },
  };
}

/** The same two under three Sentinels. */
export async function startSentinelPair(): Promise<GateRedis> {
  const sentinels = await startTestSentinels();
  const { a, b } = sentinels;
  let primary = a;
  const replica = () => (primary === a ? b : a);
  const restart = async () => {
    await primary.restart();
    // On a busy machine the Sentinels may have taken it for dead.
    primary = await sentinels.primary();
    await replica().follow(primary.address);
  };
  return {
    address: sentinels.address,
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
        await sentinels.failOver();
        primary = await sentinels.primary();
      };
    },
    async settle() {
      await Promise.all([a.reattach(), b.reattach()]);
      await replica().follow(primary.address);
    },
    stop: () => sentinels.stop(),
  };
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
