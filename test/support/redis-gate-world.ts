import { createVirtualClock } from '../../src/adapters/memory/virtual-clock.ts';
import { openRedis } from '../../src/adapters/redis/redis-connection.ts';
import { createRedisGate } from '../../src/adapters/redis/redis-gate.ts';
import { createRedisWaitingRoom } from '../../src/adapters/redis/redis-waiting-room.ts';
import { saleKey } from '../../src/adapters/redis/sale-keys.ts';
import type { Gate } from '../../src/engine/ports/gate.ts';
import type { WaitingRoom } from '../../src/engine/ports/waiting-room.ts';
import { saleId } from '../builders/ids.ts';
import { eventually } from './eventually.ts';
import type { GateRedis } from './gate-redis.ts';
import type { TestRedis } from './redis.ts';

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
const readyMs = 30_000;

/** A world of its own for a test: everything empty, everybody in place. */
export async function redisGateWorld(servers: GateRedis): Promise<RedisGateWorld> {
  const clock = createVirtualClock();
  await servers.primary().command('FLUSHALL');
  const redis = openRedis(servers.address, { commandTimeoutMs: readyMs });
  await redis.ready(readyMs);
  const gate = createRedisGate({ redis, clock });

  /** Until the gate can be asked again: its servers would say `gate_unreachable` meanwhile. */
  async function comeBack(happens: () => Promise<void>): Promise<void> {
    await happens();
    await eventually('the gate answers', () =>
      gate.fence(saleId()).then(
        () => true,
        () => false,
      ),
    );
  }

  return {
    gate,
    room: createRedisWaitingRoom({ redis, clock: 'callers' }),
    now: () => clock.now(),
    async advance(ms) {
      await clock.advance(ms);
      await ageOutbox(servers.primary(), ms);
    },
    lose: () => comeBack(() => servers.lose()),
    restart: () => comeBack(() => servers.restart()),
    async replicate() {
      const failOver = await servers.replicate();
      return () => comeBack(failOver);
    },
    async close() {
      redis.close();
      await servers.settle();
    },
  };
}

/** The clock of Redis cannot be moved; so what it has stamped is made older instead. */
async function ageOutbox(redis: TestRedis, ms: number): Promise<void> {
  const age = `
    local entries = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
    for at = 1, #entries, 2 do redis.call('ZINCRBY', KEYS[1], -ARGV[1], entries[at]) end`;
  await redis.command('EVAL', age, 1, saleKey(saleId(), 'outbox'), ms);
}
