import { afterEach, expect } from 'vitest';
import { type RedisNode, singleRedis } from '../../src/adapters/redis/redis-address.ts';
import { openRedis } from '../../src/adapters/redis/redis-connection.ts';
import { createRedisGate } from '../../src/adapters/redis/redis-gate.ts';
import type { Epoch } from '../../src/engine/domain/ids.ts';
import type { Gate } from '../../src/engine/ports/gate.ts';
import { aSale } from '../builders/a-sale.ts';
import { instant, saleId } from '../builders/ids.ts';
import { eventually } from './eventually.ts';
import { startTestRedis, type TestRedis } from './redis.ts';

const clock = { now: () => instant(1_767_225_600_000) };
const readyMs = 30_000;

/** Redis servers of a test and gates at them; all of them are closed behind it. */
export function redisGates() {
  const undo: (() => unknown)[] = [];
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });
  async function redis(...given: Parameters<typeof startTestRedis>): Promise<TestRedis> {
    const server = await startTestRedis(...given);
    undo.push(() => server.stop());
    return server;
  }

  /** Not waited for: whoever is asked may be nobody. */
  function connect(address: RedisNode, commandTimeoutMs = readyMs) {
    const connection = openRedis(singleRedis(address), { commandTimeoutMs });
    undo.push(() => connection.close());
    return connection;
  }

  async function gateAt(address: RedisNode, commandTimeoutMs?: number): Promise<Gate> {
    const connection = connect(address, commandTimeoutMs);
    await connection.ready(readyMs);
    return createRedisGate({ redis: connection, clock });
  }

  return { redis, connect, gateAt };
}

/** The tests' sale, loaded with five tickets in an epoch that is not open yet. */
export async function loaded(gate: Gate, at: Epoch): Promise<void> {
  const { config, stock } = aSale().selling(5, 'ticket');
  await gate.begin(saleId(), at);
  await gate.load(saleId(), at, { kind: 'head', config, stock, room: null });
}

export async function opened(gate: Gate, at: Epoch): Promise<void> {
  await loaded(gate, at);
  expect(await gate.open(saleId(), at)).toEqual({ kind: 'opened' });
}

/** What the gate's fence is, once a connection that was cut is there again. */
export async function fenceOf(gate: Gate) {
  const answers = () =>
    gate.fence(saleId()).then(
      () => true,
      () => false,
    );
  await eventually('the gate answers', answers);
  return gate.fence(saleId());
}
