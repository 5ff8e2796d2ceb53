// @module-tag redis
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeClock } from '../../../../src/adapters/node/node-clock.ts';
import { singleRedis } from '../../../../src/adapters/redis/redis-address.ts';
import { openRedis, type RedisConnection } from '../../../../src/adapters/redis/redis-connection.ts';
import { createRedisGate } from '../../../../src/adapters/redis/redis-gate.ts';
import { createRedisWaitingRoom } from '../../../../src/adapters/redis/redis-waiting-room.ts';
import { comparePlaces } from '../../../../src/engine/domain/waiting-room.ts';
import type { WaitingRoom } from '../../../../src/engine/ports/waiting-room.ts';
import { aSale } from '../../../builders/a-sale.ts';
import { epoch, instant, saleId } from '../../../builders/ids.ts';
import { startTestRedis, type TestRedis } from '../../../support/redis.ts';

const sale = saleId();
const first = epoch(1);

let redis: TestRedis;
let connections: readonly RedisConnection[];
/** One of each server of a fleet. */
let rooms: readonly WaitingRoom[];

beforeAll(async () => {
  redis = await startTestRedis('none');
  connections = [1, 2, 3].map(() => openRedis(singleRedis(redis.address)));
  await Promise.all(connections.map((connection) => connection.ready(10_000)));
  rooms = connections.map((connection) => createRedisWaitingRoom({ redis: connection }));
});

afterAll(async () => {
  for (const connection of connections ?? []) connection.close();
  await redis?.stop();
});

async function opened(): Promise<void> {
  const [connection] = connections;
  if (connection === undefined) throw new Error('no connection');
  const gate = createRedisGate({ redis: connection, clock: nodeClock });
  const { config, stock } = aSale().selling(5, 'ticket');
  await connection.forget(sale);
  await gate.begin(sale, first);
  await gate.load(sale, first, { kind: 'head', config, stock, room: null });
  await gate.open(sale, first);
}

async function nowMs(): Promise<number> {
  const [seconds, micros] = (await redis.command('TIME')) as readonly [string, string]; // what TIME answers
  return Number(seconds) * 1_000 + Number(micros) / 1_000;
}

test('the rate holds for all servers together, whatever their clocks say and in whatever order their calls arrive', async () => {
  await opened();
  const rate = 1_000;
  const skewsMs = [-400, 0, 700];
  const sinceMs = await nowMs();

  const answers = await Promise.all(
    Array.from({ length: 1_500 }, (_, n) =>
      rooms[n % 3]?.admit(sale, first, rate, 5, instant(Math.round(sinceMs) + (skewsMs[n % 3] ?? 0) + (n % 7))),
    ),
  );

  const granted = answers.reduce((sum, answer) => sum + (answer?.kind === 'admitted' ? answer.granted : 0), 0);
  const passedMs = (await nowMs()) - sinceMs;
  expect(granted).toBeGreaterThanOrEqual(rate / 4);
  // GCRA's law: the burst and what came back since; a millisecond for the rounding of clocks.
  expect(granted).toBeLessThanOrEqual(rate / 4 + ((passedMs + 1) * rate) / 1_000);
});

test('places are one sequence: none given twice, none left out, none that was given later stands earlier', async () => {
  await opened();

  const batches = [];
  for (let round = 0; round < 20; round += 1) {
    const taken = await Promise.all(Array.from({ length: 15 }, (_, n) => rooms[n % 3]?.takePlace(sale, first)));
    batches.push(taken.flatMap((each) => (each?.kind === 'place' ? [each.place] : [])));
  }

  const counters = batches.flat().map(({ counter }) => counter);
  expect(counters.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, n) => n + 1));
  for (const [at, batch] of batches.entries()) {
    for (const later of batches[at + 1] ?? [])
      for (const earlier of batch) expect(comparePlaces(earlier, later)).toBeLessThan(0);
  }
});
