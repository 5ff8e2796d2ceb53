// @module-tag redis
import { afterEach, describe, expect, it } from 'vitest';
import { type RedisNode, singleRedis } from '../../../../src/adapters/redis/redis-address.ts';
import { openRedis } from '../../../../src/adapters/redis/redis-connection.ts';
import { createRedisGate } from '../../../../src/adapters/redis/redis-gate.ts';
import type { Gate } from '../../../../src/engine/ports/gate.ts';
import { aSale } from '../../../builders/a-sale.ts';
import { anOrder } from '../../../builders/an-order.ts';
import { configVersion, epoch, instant, saleId } from '../../../builders/ids.ts';
import { eventually } from '../../../support/eventually.ts';
import { pauseProcess } from '../../../support/process-state.ts';
import { startTestRedis, type TestRedis } from '../../../support/redis.ts';

const sale = saleId();
const first = epoch(1);
const clock = { now: () => instant(1_767_225_600_000) };

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function redis(...given: Parameters<typeof startTestRedis>): Promise<TestRedis> {
  const server = await startTestRedis(...given);
  undo.push(() => server.stop());
  return server;
}

async function connect(address: RedisNode, commandTimeoutMs: number) {
  const connection = openRedis(singleRedis(address), { commandTimeoutMs });
  undo.push(() => connection.close());
  await connection.ready(10_000);
  return connection;
}

async function gateAt(address: RedisNode, commandTimeoutMs = 10_000): Promise<Gate> {
  return createRedisGate({ redis: await connect(address, commandTimeoutMs), clock });
}

async function opened(gate: Gate): Promise<void> {
  const { config, stock } = aSale().selling(5, 'ticket');
  await gate.begin(sale, first);
  await gate.load(sale, first, { kind: 'head', config, stock, room: null });
  await gate.open(sale, first);
}

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
    await opened(gate);

    await server.command('SCRIPT', 'FLUSH');

    expect(await hold(gate, 1)).toMatchObject([{ kind: 'held' }]);
  });

  it('says that nobody answers where Redis is gone, at once, and works again when it is back', async () => {
    const server = await redis();
    const gate = await gateAt(server.address);
    await opened(gate);
    process.kill(server.pid(), 'SIGKILL');
    await eventually('the connection is cut', () =>
      hold(gate, 1).then(
        () => false,
        () => true,
      ),
    );

    await expect(hold(gate, 1)).rejects.toMatchObject({ code: 'gate_unreachable', hint: 'fluxgate stack status' });

    await server.crash();
    await eventually('the gate answers', () =>
      gate.fence(sale).then(
        () => true,
        () => false,
      ),
    );
    expect(await gate.fence(sale)).toBeNull();
  });

  it('says that nobody answers where Redis keeps silent', async () => {
    const server = await redis();
    const gate = await gateAt(server.address, 100);
    await opened(gate);
    await pauseProcess(server.pid());

    await expect(hold(gate, 1)).rejects.toMatchObject({ code: 'gate_unreachable' });

    process.kill(server.pid(), 'SIGCONT');
  });

  it('takes nothing where Redis is full, but settles and releases', async () => {
    const server = await redis();
    const gate = await gateAt(server.address);
    await opened(gate);
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

  it('names the password where Redis wants one', async () => {
    const server = await redis('none', { requirepass: 'secret' });
    const connection = openRedis(singleRedis(server.address), { commandTimeoutMs: 2_000 });
    undo.push(() => connection.close());

    await expect(connection.ready(500)).rejects.toMatchObject({
      code: 'gate_unreachable',
      hint: expect.stringContaining('password'),
    });
  });
});
