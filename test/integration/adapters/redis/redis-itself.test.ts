// @module-tag redis
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { createRedisWaitingRoom } from '../../../../src/adapters/redis/redis-waiting-room.ts';
import { anOrder } from '../../../builders/an-order.ts';
import { configVersion, epoch, saleId } from '../../../builders/ids.ts';
import { eventually } from '../../../support/eventually.ts';
import { pauseProcess } from '../../../support/process-state.ts';
import type { TestRedis } from '../../../support/redis.ts';
import { opened, redisGates } from '../../../support/redis-gates.ts';

/** What the simulator takes for granted of Redis and no suite shows by itself: docs/simulation-assumptions.md. */
const sale = saleId();
const first = epoch(1);
const { redis, connect, gateAt } = redisGates();

/**
 * Three writes: a list that tells the scripts apart, and what stands before and behind it in the stream to the replica. The
 * value between them is large, so that a connection that is cut is most likely cut there.
 */
const threeWrites = `redis.call('INCR', KEYS[1])
  redis.call('SET', KEYS[2], string.rep('x', 262144) .. ARGV[1])
  return redis.call('RPUSH', KEYS[3], ARGV[1])`;
const keys = ['{t}before', '{t}large', '{t}scripts'] as const;

/** Runs scripts, one behind the other, until it is told to stop: how many were done. */
function writeScripts(server: TestRedis) {
  const client = new Redis({ ...server.address, protocol: 2 });
  let done = 0;
  let stopped = false;
  const ended = (async () => {
    while (!stopped) done = Number(await client.eval(threeWrites, keys.length, ...keys, done + 1));
    client.disconnect();
  })();
  return {
    done: () => done,
    async stop() {
      stopped = true;
      await ended;
    },
  };
}

const replicationIdOf = async (server: TestRedis) => (await server.replication()).master_replid;

it('a replica has its primary’s scripts in their order, each whole or not at all, wherever it is cut off', async () => {
  const [a, b] = [await redis(), await redis()];
  await b.follow(a.address);

  for (let round = 0; round < 5; round += 1) {
    const scripts = writeScripts(a);
    await eventually('some have come', async () => Number(await b.command('LLEN', keys[2])) > 20);
    await b.detach();
    await scripts.stop();

    const has = (await b.command('LRANGE', keys[2], 0, -1)) as readonly string[]; // what LRANGE answers
    expect(has).toEqual(Array.from({ length: has.length }, (_, n) => String(n + 1)));
    expect(has.length).toBeLessThanOrEqual(scripts.done());
    expect(Number(await b.command('GET', keys[0]))).toBe(has.length);
    expect(await b.command('GETRANGE', keys[1], 262_144, -1)).toBe(String(has.length));

    await a.command('DEL', ...keys);
    await b.reattach();
    await b.follow(a.address);
    await a.command('WAIT', 1, 10_000);
  }
});

it('a primary takes a new replication id when its first replica comes, and keeps it while others come and go', async () => {
  const [a, b, c] = [await redis(), await redis(), await redis()];
  const gate = await gateAt(a.address);
  await opened(gate, first);
  const alone = await replicationIdOf(a);

  await b.follow(a.address);
  const followed = await replicationIdOf(a);
  expect(followed).not.toBe(alone);
  expect(await gate.fence(sale)).toEqual({ epoch: first, state: 'open', matches: false });

  await c.follow(a.address);
  await b.detach();
  expect(await replicationIdOf(a)).toBe(followed);
});

it('an old primary that lives on answers as before, as long as nobody tells it', async () => {
  const [a, b] = [await redis(), await redis()];
  await b.follow(a.address);
  const gate = await gateAt(a.address);
  await opened(gate, first);

  await b.command('REPLICAOF', 'NO', 'ONE');

  expect(await gate.fence(sale)).toEqual({ epoch: first, state: 'open', matches: true });
  const held = await gate.hold({
    saleId: sale,
    epoch: first,
    configVersion: configVersion(1),
    requests: [anOrder(1).request],
  });
  expect(held).toMatchObject([{ kind: 'held' }]);
});

it('what was sent while Redis stood still is done late, when nobody waits for it any more, and once', async () => {
  const server = await redis();
  await opened(await gateAt(server.address), first);
  const [patient, hasty] = [connect(server.address), connect(server.address, 100)];
  await Promise.all([patient, hasty].map((connection) => connection.ready(10_000)));
  const room = createRedisWaitingRoom({ redis: patient });
  // Of all scripts the one that cannot be repeated. The first call makes it known to Redis.
  expect(await room.takePlace(sale, first)).toMatchObject({ place: { counter: 1 } });
  await pauseProcess(server.pid());

  const unheard = [1, 2, 3].map(() => createRedisWaitingRoom({ redis: hasty }).takePlace(sale, first));
  const answers = await Promise.allSettled(unheard).finally(() => process.kill(server.pid(), 'SIGCONT'));

  expect(answers.map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
  await hasty.ready(10_000);
  expect(await room.takePlace(sale, first)).toMatchObject({ place: { counter: 5 } });
});
