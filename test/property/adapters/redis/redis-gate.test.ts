// @module-tag redis
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryGate } from '../../../../src/adapters/memory/memory-gate.ts';
import { createMemoryWaitingRoom } from '../../../../src/adapters/memory/memory-waiting-room.ts';
import { createVirtualClock } from '../../../../src/adapters/memory/virtual-clock.ts';
import { singleRedis } from '../../../../src/adapters/redis/redis-address.ts';
import { openRedis, type RedisConnection } from '../../../../src/adapters/redis/redis-connection.ts';
import { createRedisGate } from '../../../../src/adapters/redis/redis-gate.ts';
import { createRedisWaitingRoom } from '../../../../src/adapters/redis/redis-waiting-room.ts';
import type { Epoch, OrderId } from '../../../../src/engine/domain/ids.ts';
import type { Clock } from '../../../../src/engine/ports/clock.ts';
import type { Gate } from '../../../../src/engine/ports/gate.ts';
import type { WaitingRoom } from '../../../../src/engine/ports/waiting-room.ts';
import { aSale } from '../../../builders/a-sale.ts';
import { anOrder } from '../../../builders/an-order.ts';
import { configVersion, epoch, orderId, passId, productId, saleId, userId } from '../../../builders/ids.ts';
import {
  type GateStep,
  gateHistories,
  historyOrders,
  historyPasses,
  historyProducts,
  historyUsers,
  snapshots,
} from '../../../support/gate-histories.ts';
import { startTestRedis, type TestRedis } from '../../../support/redis.ts';

const sale = saleId();
/** A hold of Redis is stamped by its own clock: every entry is old enough for this. */
const anyAge = -60_000;

let server: TestRedis;
let redis: RedisConnection;

beforeAll(async () => {
  server = await startTestRedis();
  redis = openRedis(singleRedis(server.address), { commandTimeoutMs: 20_000 });
  await redis.ready(10_000);
});
afterAll(async () => {
  redis?.close();
  await server?.stop();
});

interface Side {
  readonly gate: Gate;
  readonly room: WaitingRoom;
}

/** The same question to a gate of any kind. Answers are values that can be compared. */
async function ask({ gate, room }: Side, step: GateStep, at: Epoch, version: number, clock: Clock): Promise<unknown> {
  switch (step.kind) {
    case 'hold': {
      const asked = configVersion(step.isStale ? version + 1 : version);
      return plain(await gate.hold({ saleId: sale, epoch: at, configVersion: asked, requests: step.requests }));
    }
    case 'settle':
      return gate.settle(sale, at, step.orders.map(orderId));
    case 'release':
      return gate.release(sale, at, step.releases);
    case 'setTotal': {
      const { total, totalVersion } = step;
      return gate.setTotal(sale, at, { productId: productId(step.product), total, totalVersion });
    }
    case 'configure':
      return gate.configure(sale, at, step.config);
    case 'rebuild': {
      const answers: unknown[] = [await gate.begin(sale, at)];
      for (const chunk of step.chunks) answers.push(await gate.load(sale, at, chunk));
      return [...answers, await gate.open(sale, at)];
    }
    case 'admit':
      return room.admit(sale, at, step.rate, step.wanted, clock.now());
    case 'takePlace':
      return room.takePlace(sale, at);
    case 'advance':
      return undefined;
    default:
      return step satisfies never;
  }
}

/** Bytes as numbers: a Buffer and a Uint8Array of the same bytes are the same record. */
function plain<Value extends object>(values: readonly Value[]): readonly object[] {
  return values.map((value) => ('record' in value ? { ...value, record: [...(value.record as Uint8Array)] } : value));
}

/** Everything that a gate lets see, in an order that does not depend on its kind. */
async function seen(gate: Gate, at: Epoch) {
  const stock = await gate.stock(sale, at);
  const outbox = await gate.unsettled(sale, at, anyAge, 1_000);
  const numbers = Array.from({ length: historyOrders }, (_, n) => orderId(n + 1));
  return {
    stock: stock.kind === 'stock' ? stock.products.toSorted((a, b) => (a.productId < b.productId ? -1 : 1)) : stock,
    outbox:
      outbox.kind === 'unsettled'
        ? plain(outbox.orders.map(({ orderId: id, epoch: held, record }) => ({ id, held, record }))).toSorted((a, b) =>
            JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
          )
        : outbox,
    size: outbox.kind === 'unsettled' && outbox.size,
    known: await Promise.all(numbers.map((id) => gate.lookup(sale, at, id))),
  };
}

/** What no call shows: units of buyers and owners of passes, straight out of Redis. */
async function hidden() {
  const units: Record<string, number> = {};
  for (const user of historyUsers) {
    for (const product of historyProducts) {
      const held = await server.command('HGET', `fluxgate:{${sale}}:buyers`, `${user}\0${product}`);
      units[`${user} ${product}`] = Number(held ?? 0);
    }
  }
  return units;
}

describe('the Redis gate', () => {
  it('answers and keeps exactly what the memory gate does, whatever happens in whatever order', async () => {
    let at = epoch(1);

    await fc.assert(
      fc.asyncProperty(gateHistories, async ({ snapshot, steps }) => {
        const clock = createVirtualClock();
        const memoryGate = createMemoryGate({ clock });
        const memory = { gate: memoryGate, room: createMemoryWaitingRoom({ gate: memoryGate }) };
        const real = {
          gate: createRedisGate({ redis, clock }),
          room: createRedisWaitingRoom({ redis, clock: 'callers' }),
        };

        for (const step of [{ kind: 'rebuild', chunks: snapshot } as const, ...steps]) {
          if (step.kind === 'rebuild') at = epoch(at + 1);
          if (step.kind === 'advance') await clock.advance(step.ms);
          const version = memoryGate.openSale(sale, at)?.config.version ?? 1;
          const wanted = await ask(memory, step, at, version, clock);
          expect(await ask(real, step, at, version, clock)).toEqual(wanted);
        }

        expect(await seen(real.gate, at)).toEqual(await seen(memory.gate, at));
        const sold = memoryGate.openSale(sale, at);
        for (const [name, units] of Object.entries(await hidden())) {
          const user = historyUsers.find((known) => name.startsWith(`${known} `)) ?? '';
          expect([name, units]).toEqual([name, sold?.units(userId(user), productId(name.slice(user.length + 1)))]);
        }
        for (const pass of historyPasses) {
          const owner = await server.command('HEXISTS', `fluxgate:{${sale}}:passes`, pass);
          expect(owner).toBe(sold?.passOwner(passId(pass)) === undefined ? 0 : 1);
        }
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  it('never sells one unit too many to two servers that race for the last ones', async () => {
    const other = openRedis(singleRedis(server.address), { commandTimeoutMs: 20_000 });
    await other.ready(10_000);
    const clock = createVirtualClock();
    const first = createRedisGate({ redis, clock });
    const second = createRedisGate({ redis: other, clock });
    let at = epoch(1_000_000);

    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 6 }),
        fc.array(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }), {
          minLength: 2,
          maxLength: 12,
        }),
        async (stock, calls) => {
          at = epoch(at + 1);
          const { config, stock: full } = aSale().selling(stock, 'ticket');
          await first.begin(sale, at);
          await first.load(sale, at, { kind: 'head', config, stock: full, room: null });
          await first.open(sale, at);
          let n = 0;
          const quantities = new Map<OrderId, number>();

          const outcomes = await Promise.all(
            calls.map((wanted, call) => {
              const requests = wanted.map((quantity) => {
                n += 1;
                quantities.set(orderId(n), quantity);
                return anOrder(n).of(quantity, 'ticket').request;
              });
              const batch = { saleId: sale, epoch: at, configVersion: configVersion(1), requests };
              return (call % 2 === 0 ? first : second).hold(batch);
            }),
          );

          const held = outcomes
            .flat()
            .reduce((sum, o) => sum + (o.kind === 'held' ? (quantities.get(o.orderId) ?? 0) : 0), 0);
          expect(held).toBeLessThanOrEqual(stock);
          const left = await second.stock(sale, at);
          expect(left).toMatchObject({ products: [{ free: stock - held }] });
        },
      ),
      { numRuns: 100 },
    );
    other.close();
  }, 60_000);

  it('forgets what was loaded before the head came, whatever it was', async () => {
    let at = epoch(2_000_000);

    await fc.assert(
      fc.asyncProperty(snapshots, snapshots, async (abandoned, loaded) => {
        at = epoch(at + 1);
        const clock = createVirtualClock();
        const sides = [createMemoryGate({ clock }), createRedisGate({ redis, clock })] as const;
        for (const gate of sides) {
          await gate.begin(sale, at);
          for (const chunk of abandoned) await gate.load(sale, at, chunk);
          await gate.begin(sale, at);
          for (const chunk of loaded) await gate.load(sale, at, chunk);
          await gate.open(sale, at);
        }

        expect(await seen(sides[1], at)).toEqual(await seen(sides[0], at));
      }),
      { numRuns: 50 },
    );
  }, 60_000);
});
