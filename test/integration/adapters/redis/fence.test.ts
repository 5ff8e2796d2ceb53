// @module-tag redis
import { afterEach, describe, expect, it } from 'vitest';
import { type RedisNode, singleRedis } from '../../../../src/adapters/redis/redis-address.ts';
import { openRedis } from '../../../../src/adapters/redis/redis-connection.ts';
import { createRedisGate } from '../../../../src/adapters/redis/redis-gate.ts';
import type { Epoch } from '../../../../src/engine/domain/ids.ts';
import type { Gate } from '../../../../src/engine/ports/gate.ts';
import { aSale } from '../../../builders/a-sale.ts';
import { anOrder } from '../../../builders/an-order.ts';
import { configVersion, epoch, instant, saleId } from '../../../builders/ids.ts';
import { eventually } from '../../../support/eventually.ts';
import { startTestRedis, type TestRedis } from '../../../support/redis.ts';

const sale = saleId();
const first = epoch(1);
const second = epoch(2);
const clock = { now: () => instant(1_767_225_600_000) };
const readyMs = 10_000;

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function redis(...given: Parameters<typeof startTestRedis>): Promise<TestRedis> {
  const server = await startTestRedis(...given);
  undo.push(() => server.stop());
  return server;
}

async function gateAt(address: RedisNode): Promise<Gate> {
  const connection = openRedis(singleRedis(address), { commandTimeoutMs: readyMs });
  undo.push(() => connection.close());
  await connection.ready(readyMs);
  return createRedisGate({ redis: connection, clock });
}

async function opened(gate: Gate, at: Epoch): Promise<void> {
  const { config, stock } = aSale().selling(5, 'ticket');
  await gate.begin(sale, at);
  await gate.load(sale, at, { kind: 'head', config, stock, room: null });
  expect(await gate.open(sale, at)).toEqual({ kind: 'opened' });
}

async function heldBy(gate: Gate, n: number, at: Epoch): Promise<string | undefined> {
  const batch = { saleId: sale, epoch: at, configVersion: configVersion(1), requests: [anOrder(n).request] };
  return (await gate.hold(batch))[0]?.kind;
}

/** Until the connection that was cut is there again. */
async function fenceOf(gate: Gate) {
  const answers = () =>
    gate.fence(sale).then(
      () => true,
      () => false,
    );
  await eventually('the gate answers', answers);
  return gate.fence(sale);
}

describe('the fence on a real Redis', () => {
  it('shuts after a restart that kept everything in an RDB file', async () => {
    const server = await redis('rdb');
    const gate = await gateAt(server.address);
    await opened(gate, first);

    await server.restart();

    expect(await fenceOf(gate)).toEqual({ epoch: first, state: 'open', matches: false });
    expect(await heldBy(gate, 1, first)).toBe('rebuilding');
  });

  it('shuts after kill -9 with every write in the append-only file', async () => {
    const server = await redis('aof');
    const gate = await gateAt(server.address);
    await opened(gate, first);
    expect(await heldBy(gate, 1, first)).toBe('held');

    await server.crash();

    expect(await fenceOf(gate)).toEqual({ epoch: first, state: 'open', matches: false });
    expect(await heldBy(gate, 2, first)).toBe('rebuilding');
  });

  it.each(['FLUSHALL', 'FLUSHDB'])('shuts after %s, and the next epoch opens', async (command) => {
    const server = await redis();
    const gate = await gateAt(server.address);
    await opened(gate, first);

    await server.command(command);

    expect(await gate.fence(sale)).toBeNull();
    expect(await heldBy(gate, 1, first)).toBe('rebuilding');
    await opened(gate, second);
    expect(await heldBy(gate, 1, second)).toBe('held');
  });

  it('shuts on a promoted replica, and again on the first primary when it is promoted back (A, B, A)', async () => {
    const [a, b] = [await redis('rdb'), await redis('rdb')];
    await b.follow(a.address);
    const [atA, atB] = [await gateAt(a.address), await gateAt(b.address)];
    await opened(atA, first);
    await a.command('WAIT', 1, readyMs);

    await b.command('REPLICAOF', 'NO', 'ONE');
    const promoted = await heldBy(atB, 1, first);
    await a.follow(b.address);
    await a.command('REPLICAOF', 'NO', 'ONE');
    const back = await heldBy(atA, 1, first);

    expect([promoted, back]).toEqual(['rebuilding', 'rebuilding']);
    expect(await atA.fence(sale)).toEqual({ epoch: first, state: 'open', matches: false });
  });

  it('shuts on the first primary that never heard of the second one, once it was restarted', async () => {
    const [a, b] = [await redis('rdb'), await redis('rdb')];
    await b.follow(a.address);
    const [atA, atB] = [await gateAt(a.address), await gateAt(b.address)];
    await opened(atA, first);
    await a.command('WAIT', 1, readyMs);
    await b.command('REPLICAOF', 'NO', 'ONE');
    await opened(atB, second);

    await a.restart();

    await fenceOf(atA);
    expect(await heldBy(atA, 1, first)).toBe('rebuilding');
    expect(await heldBy(atB, 1, second)).toBe('held');
  });

  it('takes neither of two primaries that live on for the gate that it was before (A, B, A, B)', async () => {
    const [a, b] = [await redis(), await redis()];
    await b.follow(a.address);
    const [atA, atB] = [await gateAt(a.address), await gateAt(b.address)];
    await opened(atA, first);
    await a.command('WAIT', 1, readyMs);
    await b.command('REPLICAOF', 'NO', 'ONE');
    const answers = [await heldBy(atB, 1, first)];

    // Neither hears of the other any more, and both keep all they had.
    for (const [gate, now] of [
      [atB, 2],
      [atA, 3],
      [atB, 4],
    ] as const) {
      answers.push(await heldBy(gate, now, epoch(now)));
      await opened(gate, epoch(now));
      expect(await heldBy(gate, now, epoch(now))).toBe('held');
    }

    expect(answers).toEqual(Array(4).fill('rebuilding'));
    // A server that has not heard of the newest epoch, at the one that has not either: for the marker behind it (late).
    expect(await heldBy(atA, 5, epoch(3))).toBe('held');
    expect(await heldBy(atB, 6, second)).toBe('rebuilding');
  });

  it('is not asked on a replica: that is no gate, whatever its data say', async () => {
    const [a, b] = [await redis('rdb'), await redis('rdb')];
    await b.follow(a.address);
    const [atA, atB] = [await gateAt(a.address), await gateAt(b.address)];
    await opened(atA, first);
    await a.command('WAIT', 1, readyMs);

    await expect(heldBy(atB, 1, first)).rejects.toMatchObject({ code: 'gate_unreachable' });
    await expect(atB.stock(sale, first)).rejects.toMatchObject({ code: 'gate_unreachable' });
  });

  it('stays shut for the rebuild that was under way when Redis was restarted', async () => {
    const server = await redis('rdb');
    const gate = await gateAt(server.address);
    const { config, stock } = aSale().selling(5, 'ticket');
    await gate.begin(sale, first);
    await gate.load(sale, first, { kind: 'head', config, stock, room: null });

    await server.restart();

    await fenceOf(gate);
    expect(await gate.open(sale, first)).toEqual({ kind: 'refused' });
    await opened(gate, first);
  });
});
