import { decideHolds } from '../../engine/domain/decide-holds.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { HoldOutcome } from '../../engine/domain/hold.ts';
import type { Epoch, SaleId } from '../../engine/domain/ids.ts';
import { decideTotal } from '../../engine/domain/stock.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import {
  type Gate,
  gateLimits,
  type Rebuilding,
  type SnapshotChunk,
  type UnsettledOrder,
} from '../../engine/ports/gate.ts';
import { GateFences } from './gate-fences.ts';
import type { GateSale } from './gate-sale.ts';

/** Everything that a gate held at one moment, as a replica that lags behind would have it. */
export interface GateReplica {
  readonly fences: GateFences;
}

/** A gate in this process, and the ways in which a gate can lose its state: what the simulator and the tests do to it. */
export interface MemoryGate extends Gate {
  /** The state of a sale where `epoch` may be used: what lives beside the gate under the same fence (see memory-waiting-room.ts). */
  openSale(saleId: SaleId, epoch: Epoch): GateSale | null;
  /** An empty restart: nothing is left, not even the fence. */
  lose(): void;
  /** A restart with all data: the fence stands, but does not match any more. */
  restart(): void;
  replica(): GateReplica;
  /** The replica is promoted: what happened since is forgotten, and no fence matches. */
  failOver(replica: GateReplica): void;
}

const rebuilding: Rebuilding = { kind: 'rebuilding' };
const refused = { kind: 'refused' } as const;

/** The gate of the embedded product: every call is one turn of the event loop, hence atomic. */
export function createMemoryGate({ clock }: { readonly clock: Clock }): MemoryGate {
  let fences = new GateFences();

  return {
    async hold({ saleId, epoch, configVersion, requests }) {
      bounded(requests.length, gateLimits.batch, 'requests in one hold');
      const sale = fences.open(saleId, epoch);
      if (sale === null) return requests.map((): HoldOutcome => rebuilding);
      const { outcomes, held } = decideHolds(sale, { configVersion, requests }, clock.now());
      const nowMs = clock.monotonicMs();
      for (const request of held) sale.hold(request, nowMs);
      return outcomes;
    },

    async settle(saleId, epoch, orderIds) {
      const sale = fences.open(saleId, epoch);
      if (sale === null) return rebuilding;
      for (const orderId of orderIds) sale.orders.settle(orderId);
      return { kind: 'settled' };
    },

    async release(saleId, epoch, releases) {
      const sale = fences.open(saleId, epoch);
      if (sale === null) return rebuilding;
      for (const release of releases) sale.release(release);
      return { kind: 'released' };
    },

    async setTotal(saleId, epoch, { productId, total, totalVersion }) {
      const sale = fences.open(saleId, epoch);
      if (sale === null) return rebuilding;
      const decision = decideTotal(sale.stockOf(productId), total, totalVersion);
      if (decision.kind !== 'applied') return decision;
      sale.setStock(productId, decision.stock);
      return { kind: 'applied' };
    },

    async configure(saleId, epoch, config) {
      const sale = fences.open(saleId, epoch);
      if (sale === null) return rebuilding;
      sale.configure(config);
      return { kind: 'configured' };
    },

    async stock(saleId, epoch) {
      const sale = fences.open(saleId, epoch);
      return sale === null ? rebuilding : { kind: 'stock', products: sale.stock() };
    },

    async lookup(saleId, epoch, orderId) {
      const sale = fences.open(saleId, epoch);
      return sale === null ? rebuilding : { kind: sale.known(orderId)?.state ?? 'absent' };
    },

    async unsettled(saleId, epoch, olderThanMs, limit) {
      const sale = fences.open(saleId, epoch);
      if (sale === null) return rebuilding;
      return {
        kind: 'unsettled',
        orders: oldest(sale, clock.monotonicMs(), olderThanMs, limit),
        size: sale.orders.outboxSize,
      };
    },

    fence: async (saleId) => fences.read(saleId),

    async raiseFence(saleId, epoch) {
      fences.raise(saleId, epoch);
    },

    begin: async (saleId, epoch) => (fences.begin(saleId, epoch) ? { kind: 'begun' } : refused),

    async load(saleId, epoch, chunk) {
      bounded(rowsOf(chunk), gateLimits.chunk, 'rows in one snapshot chunk');
      return fences.load(saleId, epoch, chunk) ? { kind: 'loaded' } : refused;
    },

    open: async (saleId, epoch) => (fences.finish(saleId, epoch) ? { kind: 'opened' } : refused),

    openSale: (saleId, epoch) => fences.open(saleId, epoch),
    lose() {
      fences = new GateFences();
    },
    restart() {
      fences.restart();
    },
    replica: () => ({ fences: fences.copy() }),
    failOver(replica) {
      fences = replica.fences.copy();
      fences.restart();
    },
  };
}

function oldest(sale: GateSale, nowMs: number, olderThanMs: number, limit: number): readonly UnsettledOrder[] {
  const orders: UnsettledOrder[] = [];
  for (const { orderId, record, sinceMs } of sale.orders.outbox()) {
    const ageMs = nowMs - sinceMs;
    // what is stamped in the future is as old as can be: the clock was set back since (as in redis/lua/unsettled.lua)
    const isOldEnough = ageMs < 0 || ageMs >= olderThanMs;
    if (orders.length >= limit || !isOldEnough) break;
    orders.push({ orderId, epoch: sale.epoch, record, ageMs: Math.max(0, ageMs) });
  }
  return orders;
}

function rowsOf(chunk: SnapshotChunk): number {
  switch (chunk.kind) {
    case 'head':
      // Bounded by saleLimits.products where it is made.
      return 1;
    case 'orders':
      return chunk.orders.length;
    case 'buyers':
      return chunk.buyers.length;
    case 'passes':
      return chunk.passes.length;
    default:
      return chunk satisfies never;
  }
}

/** A caller that sends more would block everybody else: that is a fault of ours, not an outcome. */
function bounded(count: number, limit: number, what: string): void {
  if (count > limit) throw new FluxError('fault', `${count} ${what}, the limit is ${limit}`);
}
