// @module-tag redis
import { describe, expect, it } from 'vitest';
import { saleKey } from '../../../../src/adapters/redis/sale-keys.ts';
import type { Gate } from '../../../../src/engine/ports/gate.ts';
import { anOrder } from '../../../builders/an-order.ts';
import { configVersion, epoch, saleId } from '../../../builders/ids.ts';
import { eventually } from '../../../support/eventually.ts';
import { pauseProcess } from '../../../support/process-state.ts';
import { fenceOf, opened, redisGates } from '../../../support/redis-gates.ts';

const sale = saleId();
const first = epoch(1);
const { redis, connect, gateAt } = redisGates();

const hold = (gate: Gate, n: number) =>
  gate.hold({ saleId: sale, epoch: first, configVersion: configVersion(1), requests: [anOrder(n).request] });

const free = async (gate: Gate) => {
  const stock = await gate.stock(sale, first);
  return stock.kind === 'stock' ? stock.products[0]?.free : stock.kind;
};

describe('the gate in trouble', () => {
  it('goes on where Redis has forgotten the scripts', async () => {
    const server = await redis();
    const gate = await gateAt(server.address);
    await opened(gate, first);

    await server.command('SCRIPT', 'FLUSH');

    expect(await hold(gate, 1)).toMatchObject([{ kind: 'held' }]);
  });

  it('says that nobody answers where Redis is gone, at once, and works again when it is back', async () => {
    const server = await redis();
    const gate = await gateAt(server.address);
    await opened(gate, first);
    process.kill(server.pid(), 'SIGKILL');
    await eventually('the connection is cut', () =>
      hold(gate, 1).then(
        () => false,
        () => true,
      ),
    );

    await expect(hold(gate, 1)).rejects.toMatchObject({ code: 'gate_unreachable', hint: 'fluxgate stack status' });

    await server.crash();
    expect(await fenceOf(gate)).toBeNull();
  });

  it('says that nobody answers where Redis keeps silent', async () => {
    const server = await redis();
    const gate = await gateAt(server.address, 100);
    await opened(gate, first);
    await pauseProcess(server.pid());

    await expect(hold(gate, 1)).rejects.toMatchObject({ code: 'gate_unreachable' });

    process.kill(server.pid(), 'SIGCONT');
  });

  it('takes nothing where Redis is full, but settles and releases', async () => {
    const server = await redis();
    const gate = await gateAt(server.address);
    await opened(gate, first);
    await hold(gate, 1);
    await hold(gate, 2);
    await server.command('CONFIG', 'SET', 'maxmemory', '1');

    const refused = { code: 'gate_unreachable', hint: expect.stringContaining('maxmemory') };
    await expect(hold(gate, 3)).rejects.toMatchObject(refused);
    expect(await gate.settle(sale, first, [anOrder(1).request.orderId])).toEqual({ kind: 'settled' });
    expect(await gate.release(sale, first, [anOrder(2).release])).toEqual({ kind: 'released' });

    await server.command('CONFIG', 'SET', 'maxmemory', '0');
    expect(await free(gate)).toBe(4);
    expect(await gate.lookup(sale, first, anOrder(3).request.orderId)).toEqual({ kind: 'absent' });
  });

  it('gives out what it holds for an hour to come, as what is oldest, where its clock was set back', async () => {
    const server = await redis();
    const gate = await gateAt(server.address);
    await opened(gate, first);
    await hold(gate, 1);
    await hold(gate, 2);
    const later = `local entries = redis.call('ZRANGE', KEYS[1], 0, -1)
      for _, id in ipairs(entries) do redis.call('ZINCRBY', KEYS[1], ARGV[1], id) end`;
    await server.command('EVAL', later, 1, saleKey(sale, 'outbox'), 3_600_000);
    await hold(gate, 3);

    const idsOf = async (olderThanMs: number, limit: number) => {
      const outbox = await gate.unsettled(sale, first, olderThanMs, limit);
      if (outbox.kind !== 'unsettled') throw new Error('the gate is open');
      expect(outbox.orders.every(({ ageMs }) => ageMs >= 0)).toBe(true);
      return outbox.orders.map(({ orderId }) => orderId);
    };
    const ids = [1, 2, 3].map((n) => anOrder(n).request.orderId);
    expect((await idsOf(2_000, 10)).toSorted()).toEqual(ids.slice(0, 2));
    expect(await idsOf(0, 1)).not.toContain(ids[2]);
    expect(await idsOf(0, 10)).toHaveLength(3);
    expect((await idsOf(0, 10)).at(-1)).toBe(ids[2]);
  });

  it('names the password where Redis wants one', async () => {
    const server = await redis('none', { requirepass: 'secret' });
    const connection = connect(server.address, 2_000);

    await expect(connection.ready(500)).rejects.toMatchObject({
      code: 'gate_unreachable',
      hint: expect.stringContaining('password'),
    });
  });
});
