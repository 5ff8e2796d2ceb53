// @module-tag redis
import { describe, expect, it } from 'vitest';
import type { Epoch } from '../../../../src/engine/domain/ids.ts';
import type { Gate } from '../../../../src/engine/ports/gate.ts';
import { anOrder } from '../../../builders/an-order.ts';
import { configVersion, epoch, saleId } from '../../../builders/ids.ts';
import { fenceOf, loaded, opened, redisGates } from '../../../support/redis-gates.ts';

const sale = saleId();
const first = epoch(1);
const second = epoch(2);
const readyMs = 10_000;
const { redis, gateAt } = redisGates();

async function heldBy(gate: Gate, n: number, at: Epoch): Promise<string | undefined> {
  const batch = { saleId: sale, epoch: at, configVersion: configVersion(1), requests: [anOrder(n).request] };
  return (await gate.hold(batch))[0]?.kind;
}

/** The gate at a primary that was opened in the first epoch, and one at its replica, which has it all. */
async function aPair(keeps: 'rdb' | 'none') {
  const [a, b] = [await redis(keeps), await redis(keeps)];
  await b.follow(a.address);
  const [atA, atB] = [await gateAt(a.address), await gateAt(b.address)];
  await opened(atA, first);
  await a.command('WAIT', 1, readyMs);
  return { a, b, atA, atB };
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
    const { a, b, atA, atB } = await aPair('rdb');

    await b.command('REPLICAOF', 'NO', 'ONE');
    const promoted = await heldBy(atB, 1, first);
    await a.follow(b.address);
    await a.command('REPLICAOF', 'NO', 'ONE');
    const back = await heldBy(atA, 1, first);

    expect([promoted, back]).toEqual(['rebuilding', 'rebuilding']);
    expect(await atA.fence(sale)).toEqual({ epoch: first, state: 'open', matches: false });
  });

  it('shuts on the first primary that never heard of the second one, once it was restarted', async () => {
    const { a, b, atA, atB } = await aPair('rdb');
    await b.command('REPLICAOF', 'NO', 'ONE');
    await opened(atB, second);

    await a.restart();

    await fenceOf(atA);
    expect(await heldBy(atA, 1, first)).toBe('rebuilding');
    expect(await heldBy(atB, 1, second)).toBe('held');
  });

  it('takes neither of two primaries that live on for the gate that it was before (A, B, A, B)', async () => {
    const { b, atA, atB } = await aPair('none');
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
    const { atB } = await aPair('rdb');

    await expect(heldBy(atB, 1, first)).rejects.toMatchObject({ code: 'gate_unreachable' });
    await expect(atB.stock(sale, first)).rejects.toMatchObject({ code: 'gate_unreachable' });
  });

  it('stays shut for the rebuild that was under way when Redis was restarted', async () => {
    const server = await redis('rdb');
    const gate = await gateAt(server.address);
    await loaded(gate, first);

    await server.restart();

    await fenceOf(gate);
    expect(await gate.open(sale, first)).toEqual({ kind: 'refused' });
    await opened(gate, first);
  });
});
