import { FluxError } from '../../engine/domain/flux-error.ts';
import type { Epoch, ProductId, SaleId } from '../../engine/domain/ids.ts';
import type { PendingRelease } from '../../engine/domain/ledger-facts.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import {
  type Gate,
  type GateStock,
  gateLimits,
  type Rebuilding,
  type SnapshotChunk,
  type UnsettledOrder,
} from '../../engine/ports/gate.ts';
import { gateScripts } from './gate-scripts.ts';
import { decodeOutcomes, encodeRequests } from './hold-message.ts';
import { MessagePackList } from './message-pack.ts';
import { bytesOfOrderIds, orderIdOfBytes } from './order-id-bytes.ts';
import type { RedisConnection, ScriptReply } from './redis-connection.ts';
import { configArgs, encodeRows, headArgs } from './snapshot-message.ts';
import { createSoldOutMemory } from './sold-out-memory.ts';

const rebuilding: Rebuilding = { kind: 'rebuilding' };

/**
 * The gate of the stack: every call is one script, hence atomic, and compares epoch, state and replication id first.
 *
 * `clock` says when sales open and close, as in every gate; the age of the outbox is by the clock of Redis.
 */
export function createRedisGate({
  redis,
  clock,
}: {
  readonly redis: RedisConnection;
  readonly clock: Pick<Clock, 'now'>;
}): Gate {
  const soldOut = createSoldOutMemory();
  return {
    async hold({ saleId, epoch, configVersion, requests }) {
      bounded(requests.length, gateLimits.batch, 'requests in one hold');
      if (requests.length === 0) return [];
      const asked = { epoch, configVersion, nowMs: clock.now() };
      const short = encodeRequests(requests, (request) => soldOut.covers(saleId, request));
      let reply = await redis.run(gateScripts.hold, saleId, { ...asked, requests: short });
      if (reply.kind === 'records_wanted') {
        soldOut.forget(saleId);
        reply = await redis.run(gateScripts.hold, saleId, { ...asked, requests: encodeRequests(requests) });
      }
      const outcomes = decodeOutcomes(reply, requests);
      soldOut.heard(saleId, outcomes);
      return outcomes;
    },

    async settle(saleId, epoch, orderIds) {
      const ids = bytesOfOrderIds(orderIds);
      const { kind } = await redis.run(gateScripts.settle, saleId, { epoch, orderIds: ids });
      return kind === 'settled' ? { kind } : rebuilding;
    },

    async release(saleId, epoch, releases) {
      const args = { epoch, releases: encodeReleases(releases) };
      const { kind } = await redis.run(gateScripts.release, saleId, args);
      return kind === 'released' ? { kind } : rebuilding;
    },

    async setTotal(saleId, epoch, product) {
      const { kind, rest } = await redis.run(gateScripts.setTotal, saleId, { epoch, ...product });
      if (kind === 'insufficient') return { kind, free: Number(rest[0]) };
      return kind === 'applied' || kind === 'not_newer' ? { kind } : rebuilding;
    },

    async configure(saleId, epoch, config) {
      const { kind } = await redis.run(gateScripts.configure, saleId, { epoch, ...configArgs(config) });
      return kind === 'configured' ? { kind } : rebuilding;
    },

    async stock(saleId, epoch) {
      const reply = await redis.run(gateScripts.stock, saleId, { epoch });
      return reply.kind === 'stock' ? { kind: 'stock', products: stockOf(reply) } : rebuilding;
    },

    async lookup(saleId, epoch, orderId) {
      const id = bytesOfOrderIds([orderId]);
      const { kind } = await redis.run(gateScripts.lookup, saleId, { epoch, orderId: id });
      const isKnown = kind === 'settled' || kind === 'unsettled' || kind === 'ended' || kind === 'absent';
      return isKnown ? { kind } : rebuilding;
    },

    async unsettled(saleId, epoch, olderThanMs, limit) {
      const { kind, rest } = await redis.run(gateScripts.unsettled, saleId, { epoch, olderThanMs, limit });
      if (kind !== 'unsettled') return rebuilding;
      return { kind, orders: outboxOf(rest.slice(1), epoch), size: Number(rest[0]) };
    },

    async fence(saleId) {
      const { kind, rest } = await redis.run(gateScripts.fence, saleId, {});
      if (kind === 'absent') return null;
      const [epoch, then, now] = rest.map((bytes) => bytes.toString('latin1'));
      // The gate was given this epoch once; `raised` is seen as `building`.
      const state = kind === 'open' ? 'open' : 'building';
      return { epoch: Number(epoch) as Epoch, state, matches: then === now };
    },

    async raiseFence(saleId, epoch) {
      await redis.run(gateScripts.raiseFence, saleId, { epoch });
    },

    async begin(saleId, epoch) {
      const { kind } = await redis.run(gateScripts.begin, saleId, { epoch });
      return { kind: kind === 'begun' ? kind : 'refused' };
    },

    async load(saleId, epoch, chunk) {
      const { kind } = await load(redis, saleId, epoch, chunk);
      return { kind: kind === 'loaded' ? kind : 'refused' };
    },

    async open(saleId, epoch) {
      const { kind } = await redis.run(gateScripts.open, saleId, { epoch });
      return { kind: kind === 'opened' ? kind : 'refused' };
    },
  };
}

async function load(redis: RedisConnection, saleId: SaleId, epoch: Epoch, chunk: SnapshotChunk): Promise<ScriptReply> {
  switch (chunk.kind) {
    case 'head':
      // Bounded by saleLimits.products where it is made.
      return redis.run(gateScripts.loadHead, saleId, { epoch, ...headArgs(epoch, chunk) });
    case 'orders':
      bounded(chunk.orders.length, gateLimits.chunk, 'rows in one snapshot chunk');
      return redis.run(gateScripts.loadOrders, saleId, { epoch, rows: encodeRows(chunk) });
    case 'buyers':
      bounded(chunk.buyers.length, gateLimits.chunk, 'rows in one snapshot chunk');
      return redis.run(gateScripts.loadBuyers, saleId, { epoch, rows: encodeRows(chunk) });
    case 'passes':
      bounded(chunk.passes.length, gateLimits.chunk, 'rows in one snapshot chunk');
      return redis.run(gateScripts.loadPasses, saleId, { epoch, rows: encodeRows(chunk) });
    default:
      return chunk satisfies never;
  }
}

function encodeReleases(releases: readonly PendingRelease[]): Buffer {
  const list = new MessagePackList(releases.reduce((length, { lines }) => length + 3 + 2 * lines.length, 0));
  for (const { orderId, userId, lines } of releases) {
    list.hex16(orderId).text(userId).whole(lines.length);
    for (const { productId, quantity } of lines) list.text(productId).whole(quantity);
  }
  return list.finish();
}

/** In the order of the product ids: a hash of Redis has none. */
function stockOf({ rest }: ScriptReply): readonly GateStock[] {
  const products: GateStock[] = [];
  for (let at = 0; at < rest.length; at += 3) {
    const [productId, free, totals] = rest.slice(at, at + 3).map(String);
    const [total, totalVersion] = (totals ?? '').split(' ').map(Number);
    // One that was configured.
    products.push({
      productId: productId as ProductId,
      total: total ?? 0,
      totalVersion: totalVersion ?? 0,
      free: Number(free),
    });
  }
  return products.sort((a, b) => (a.productId < b.productId ? -1 : 1));
}

function outboxOf(entries: readonly Buffer[], epoch: Epoch): readonly UnsettledOrder[] {
  const orders: UnsettledOrder[] = [];
  for (let at = 0; at < entries.length; at += 3) {
    const [id, record, ageMs] = entries.slice(at, at + 3);
    if (id === undefined || record === undefined) throw new FluxError('fault', 'an order in the outbox has no record');
    orders.push({ orderId: orderIdOfBytes(id), epoch, record, ageMs: Number(ageMs) });
  }
  return orders;
}

/** A caller that sends more would block everybody else: that is a fault of ours, not an outcome. */
function bounded(count: number, limit: number, what: string): void {
  if (count > limit) throw new FluxError('fault', `${count} ${what}, the limit is ${limit}`);
}
