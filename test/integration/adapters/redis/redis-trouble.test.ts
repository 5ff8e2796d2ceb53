import { afterEach, describe, expect, it } from 'vitest';
import { type RedisNode, singleRedis } from '../../../../src/adapters/redis/redis-address.ts';
import { openRedis } from '../../../../src/adapters/redis/redis-connection.ts';
import { createRedisGate } from '../../../../src/adapters/redis/redis-gate.ts';
import { createRedisWaitingRoom } from '../../../../src/adapters/redis/redis-waiting-room.ts';
import type { Gate } from '../../../../src/engine/ports/gate.ts';
import { aSale } from '../../../builders/a-sale.ts';
import { anOrder } from '../../../builders/an-order.ts';
import { configVersion, epoch, instant, passId, productId, saleId } from '../../../builders/ids.ts';
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

  it('runs every script on a Cluster, on keys with one hash tag', async () => {
    const server = await redis('none', { 'cluster-enabled': 'yes' });
    await server.command('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
    await eventually('the cluster is up', async () =>
      String(await server.command('CLUSTER', 'INFO')).includes('cluster_state:ok'),
    );
    const connection = await connect(server.address, 10_000);
    const gate = createRedisGate({ redis: connection, clock });
    const room = createRedisWaitingRoom({ redis: connection });
    await gate.raiseFence(sale, first);
    await opened(gate);
    const { request, release } = anOrder(1).with({ passId: passId('1-1'), admitted: false });
    const batch = { saleId: sale, epoch: first, configVersion: configVersion(1), requests: [request] };

    expect(await gate.hold(batch)).toMatchObject([{ kind: 'held' }]);
    expect(await gate.unsettled(sale, first, 0, 10)).toMatchObject({ size: 1 });
    expect(await gate.settle(sale, first, [request.orderId])).toEqual({ kind: 'settled' });
    expect(await gate.release(sale, first, [release])).toEqual({ kind: 'released' });
    expect(await gate.lookup(sale, first, request.orderId)).toEqual({ kind: 'ended' });
    const more = { productId: productId('ticket'), total: 9, totalVersion: 2 };
    expect(await gate.setTotal(sale, first, more)).toEqual({ kind: 'applied' });
    const next = aSale()
      .selling(0, 'shirt')
      .with({ version: configVersion(2) });
    expect(await gate.configure(sale, first, next.config)).toEqual({ kind: 'configured' });
    expect(await room.takePlace(sale, first)).toMatchObject({ kind: 'place' });
    expect(await room.admit(sale, first, 10, 1, clock.now())).toMatchObject({ kind: 'admitted' });
    expect(await free(gate)).toBe(0);
    const keys = (await server.command('KEYS', '*')) as string[];
    expect(keys.length).toBeGreaterThan(6);
    for (const key of keys) expect(key).toMatch(/^fluxgate:\{sale\}:/);
  });
});
