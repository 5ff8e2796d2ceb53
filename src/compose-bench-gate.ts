import { randomBytes, randomUUID } from 'node:crypto';
import { nodeClock } from './adapters/node/node-clock.ts';
import { gateScripts } from './adapters/redis/gate-scripts.ts';
import { encodeRequests } from './adapters/redis/hold-message.ts';
import { singleRedis } from './adapters/redis/redis-address.ts';
import { openRedis } from './adapters/redis/redis-connection.ts';
import { createRedisGate } from './adapters/redis/redis-gate.ts';
import { saleKey } from './adapters/redis/sale-keys.ts';
import type { HoldRequest } from './engine/domain/hold.ts';
import type { ConfigVersion, Epoch, OrderId, ProductId, RequestHash, SaleId, UserId } from './engine/domain/ids.ts';
import type { SaleConfig } from './engine/domain/sale.ts';
import type { BenchedGate } from './toolkit/bench/bench-gate.ts';
import type { BenchRedisAddress } from './toolkit/bench/bench-redis-address.ts';

/** What an order's record has, about. */
const recordBytes = 256;
/** More than a slice of the bench takes. */
const plenty = 1_000_000_000;
const readyMs = 3_000;
/** Every call of a bench is waited for, however busy the machine is. */
const commandTimeoutMs = 10_000;

// Ids of the bench are in the form that the parsers want.
const products = { held: 'plenty' as ProductId, sold_out: 'none' as ProductId };
const version = 1 as ConfigVersion;
const requestHash = randomBytes(16).toString('hex') as RequestHash;

/**
 * The gate in a Redis, with a sale of its own, for `bench gate`; `close` removes the sale.
 * @throws FluxError `gate_unreachable`
 */
export async function openBenchedGate(address: BenchRedisAddress): Promise<BenchedGate> {
  const saleId = `bench-${randomBytes(6).toString('hex')}` as SaleId;
  const redis = openRedis(singleRedis(address), { commandTimeoutMs });
  const gate = createRedisGate({ redis, clock: nodeClock });
  const record = randomBytes(recordBytes);
  let epoch = 0 as Epoch;
  let user = 0;

  async function reset(): Promise<void> {
    epoch = (epoch + 1) as Epoch;
    await gate.begin(saleId, epoch);
    const stock = Object.values(products).map((productId) => {
      const total = productId === products.held ? plenty : 0;
      return { productId, total, totalVersion: 1, free: total };
    });
    await gate.load(saleId, epoch, { kind: 'head', config: configOf(saleId), stock, room: null });
    await gate.open(saleId, epoch);
  }

  const batch = (requests: readonly HoldRequest[]) => ({ saleId, epoch, configVersion: version, requests });

  function requests(kind: keyof typeof products, count: number): readonly HoldRequest[] {
    return Array.from({ length: count }, () => {
      user += 1;
      return {
        orderId: randomUUID() as OrderId,
        userId: `u${user.toString().padStart(7, '0')}` as UserId,
        requestHash,
        lines: [{ productId: products[kind], quantity: 1 }],
        admitted: true,
        passId: null,
        record,
      };
    });
  }

  try {
    await redis.ready(readyMs);
    await reset();
    // From here on Redis knows the script, so that a bare EVALSHA finds it.
    await gate.hold(batch(requests('sold_out', 1)));
  } catch (error) {
    redis.close();
    throw error;
  }
  return {
    bytesARecord: recordBytes,
    reset,
    requests,
    async hold(asked, kind) {
      const outcomes = await gate.hold(batch(asked));
      return outcomes.filter((outcome) => outcome.kind === kind).length;
    },
    words(asked, kind) {
      const { sha, keys } = gateScripts.hold;
      const names = keys.map((name) => saleKey(saleId, name));
      // As the gate asks for what it was told to be sold out: without the records.
      const message = encodeRequests(asked, () => kind === 'sold_out');
      return ['EVALSHA', sha, keys.length, ...names, epoch, version, nodeClock.now(), message];
    },
    cpuSeconds: () => redis.cpuSeconds(),
    async taken() {
      const stock = await gate.stock(saleId, epoch);
      const free =
        stock.kind === 'stock' ? stock.products.find(({ productId }) => productId === products.held)?.free : 0;
      return plenty - (free ?? 0);
    },
    async close() {
      try {
        await redis.forget(saleId);
      } finally {
        redis.close();
      }
    },
  };
}

function configOf(saleId: SaleId): SaleConfig {
  const terms = { limitPerUser: null, priceMinor: 100n, currency: 'EUR' };
  return {
    saleId,
    version,
    state: 'open',
    opensAt: null,
    closesAt: null,
    confirmation: 'on_record',
    holdSeconds: 600,
    admissionRate: null,
    products: Object.values(products).map((productId) => ({ productId, ...terms })),
  };
}
