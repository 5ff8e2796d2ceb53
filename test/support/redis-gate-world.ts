import { createVirtualClock } from '../../src/adapters/memory/virtual-clock.ts';
import { singleRedis } from '../../src/adapters/redis/redis-address.ts';
import { openRedis, type RedisConnection } from '../../src/adapters/redis/redis-connection.ts';
import { createRedisGate } from '../../src/adapters/redis/redis-gate.ts';
import { createRedisWaitingRoom } from '../../src/adapters/redis/redis-waiting-room.ts';
import type { Gate } from '../../src/engine/ports/gate.ts';
import type { WaitingRoom } from '../../src/engine/ports/waiting-room.ts';
import { saleId } from '../builders/ids.ts';
import { eventually } from './eventually.ts';
import { startTestRedis, type TestRedis } from './redis.ts';
import { startRedisFront } from './redis-front.ts';

/** Gate and waiting room on a real Redis, and what the contract suites do to it. */
export interface RedisGateWorld {
  readonly gate: Gate;
  readonly room: WaitingRoom;
  readonly now: () => number;
  advance(ms: number): Promise<void>;
  lose(): Promise<void>;
  restart(): Promise<void>;
  replicate(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Some twenty milliseconds on an idle machine. */
const readyMs = 10_000;

/** A primary that keeps its data over restarts, a replica of it, and an address in front of whichever is the gate. */
export async function startRedisPair() {
  let [primary, replica] = await Promise.all([startTestRedis('rdb'), startTestRedis('rdb')]);
  const front = await startRedisFront(primary.address);
  // From the start: a primary takes a new replication id when its first replica attaches.
  await replica.follow(primary.address);

  return {
    /** Everything empty, everybody in place. */
    async world(): Promise<RedisGateWorld> {
      const clock = createVirtualClock();
      await primary.command('FLUSHALL');
      const redis = openRedis(singleRedis(front.address), { commandTimeoutMs: readyMs });
      await redis.ready(readyMs);
      const gate = createRedisGate({ redis, clock });
      return {
        gate,
        room: createRedisWaitingRoom({ redis }),
        now: () => clock.now(),
        async advance(ms) {
          await clock.advance(ms);
          await ageOutbox(primary, ms);
        },
        async lose() {
          await primary.command('FLUSHALL');
          await comeBack(() => primary.restart(), redis, gate);
        },
        restart: () => comeBack(() => primary.restart(), redis, gate),
        async replicate() {
          await primary.command('WAIT', 1, readyMs);
          // Its link is cut: it keeps what it has. Nobody listens on port 1.
          await replica.command('REPLICAOF', '127.0.0.1', 1);
          return async () => {
            await replica.command('REPLICAOF', 'NO', 'ONE');
            [primary, replica] = [replica, primary];
            await comeBack(async () => front.pointTo(primary.address), redis, gate);
          };
        },
        async close() {
          redis.close();
          // after a failover the old primary follows the new one
          await replica.follow(primary.address);
        },
      };
    },
    async stop() {
      await front.close();
      await Promise.all([primary.stop(), replica.stop()]);
    },
  };

  /** Until the gate can be asked again: its servers would say `gate_unreachable` meanwhile. */
  async function comeBack(happens: () => Promise<void>, redis: RedisConnection, gate: Gate): Promise<void> {
    await happens();
    const linked = async () => (await replica.replication()).master_link_status === 'up';
    if ((await replica.replication()).role === 'slave') await eventually('the replica follows again', linked);
    await eventually('the gate answers', () =>
      redis
        .ready(readyMs)
        .then(() => gate.fence(saleId()))
        .then(
          () => true,
          () => false,
        ),
    );
  }
}

/** The clock of Redis cannot be moved; so what it has stamped is made older instead. */
async function ageOutbox(redis: TestRedis, ms: number): Promise<void> {
  const age = `
    local entries = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
    for at = 1, #entries, 2 do redis.call('ZINCRBY', KEYS[1], -ARGV[1], entries[at]) end`;
  await redis.command('EVAL', age, 1, `fluxgate:{${saleId()}}:outbox`, ms);
}
