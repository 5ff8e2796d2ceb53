import {
  type Epoch,
  type GateId,
  mainGate,
  type ProductId,
  type SaleId,
  type UserId,
} from '../../engine/domain/ids.ts';
import { markerKey } from '../../engine/domain/late-records.ts';
import type { EpochRow } from '../../engine/domain/ledger-facts.ts';
import { isEnded } from '../../engine/domain/order.ts';
import { addMs } from '../../engine/domain/time.ts';
import { gateLimits, type SnapshotChunk } from '../../engine/ports/gate.ts';
import type { Lease } from '../../engine/ports/ledger.ts';
import type { LedgerFleet } from '../../engine/ports/ledger-fleet.ts';
import { assertLease, type LedgerState, saleOf, viewOfSale } from './memory-ledger-state.ts';

/** The memory ledger's part of servers, leases and epochs. */
export function memoryLedgerFleet(state: LedgerState): LedgerFleet {
  const serverViews = () => [...state.sales.values()].map((sale) => viewOfSale(sale, mainGate));
  return {
    async renewServer(serverId, highestNumberSeen) {
      state.lastRenewal += 1;
      const renewal = String(state.lastRenewal);
      state.servers.set(serverId, { serverId, highestNumberSeen, renewal, seenAt: state.clock.now() });
      return serverViews();
    },
    serverViews: async () => serverViews(),
    async removeServer(serverId, renewal) {
      if (renewal === null || state.servers.get(serverId)?.renewal === renewal) state.servers.delete(serverId);
    },
    serverRows: async () => [...state.servers.values()].map(({ seenAt: _, ...row }) => row),
    async serversSilentSince(sinceMs, goneMs) {
      const now = state.clock.now();
      return [...state.servers]
        .filter(([, { seenAt }]) => seenAt <= sinceMs && now < addMs(seenAt, goneMs))
        .map(([serverId]) => serverId);
    },
    async forgetFleet() {
      state.servers.clear();
      state.leases.clear();
    },

    takeLease: async (name, holder, ttlMs) => takeLease(state, name, holder, ttlMs),
    async dropLease(lease) {
      const row = state.leases.get(lease.name);
      if (row?.token === lease.token && row.holder === lease.holder) state.leases.delete(lease.name);
    },
    async leaseHolder(name) {
      const row = state.leases.get(name);
      return row !== undefined && state.clock.now() < row.expiresAt ? row.holder : null;
    },

    nextEpoch: async (saleId, gateId, reason, lease) => nextEpoch(state, saleId, gateId, reason, lease),
    async openEpoch(saleId, gateId, epoch, lease) {
      assertLease(state, lease);
      const epochs = state.sales.get(saleId)?.epochs;
      const newest = epochs?.get(gateId);
      if (newest?.row.epoch !== epoch) return false;
      if (newest.row.state === 'taken') epochs?.set(gateId, { row: { ...newest.row, state: 'open' }, reported: null });
      return true;
    },
    async reportFence(saleId, gateId, epoch, reason) {
      const epochs = state.sales.get(saleId)?.epochs;
      const newest = epochs?.get(gateId);
      if (newest?.row.epoch !== epoch || newest.row.state !== 'open') return false;
      epochs?.set(gateId, { row: newest.row, reported: newest.reported ?? reason });
      return true;
    },
    epochsWanted: async () => epochsWanted(state),
    async partitionsPast(marker) {
      const key = markerKey(marker.saleId, marker.gateId);
      // A newer marker counts as well: the ledger keeps the newest one only, and an older epoch can no longer open.
      return [...state.markers]
        .filter(([, passed]) => (passed.get(key) ?? 0) >= marker.epoch)
        .map(([partition]) => partition)
        .sort((a, b) => a - b);
    },

    // Not a generator around the whole: what it yields has to be of one moment, however slowly it is read.
    snapshot: (saleId) => pieces(() => snapshot(state, saleId)),
    async checkpointRoom(saleId, progress, lease) {
      assertLease(state, lease);
      const sale = state.sales.get(saleId);
      if (sale !== undefined) sale.room = progress;
    },
  };
}

function takeLease(state: LedgerState, name: string, holder: string, ttlMs: number): Lease | null {
  const now = state.clock.now();
  const row = state.leases.get(name);
  if (row !== undefined && row.holder !== holder && now < row.expiresAt) return null;
  const token = row?.holder === holder ? row.token : ++state.lastToken;
  state.leases.set(name, { holder, token, expiresAt: addMs(now, ttlMs) });
  return { name, holder, token };
}

function nextEpoch(state: LedgerState, saleId: SaleId, gateId: GateId, reason: string, lease: Lease): EpochRow {
  assertLease(state, lease);
  const { epochs } = saleOf(state, saleId);
  const row: EpochRow = {
    saleId,
    gateId,
    epoch: ((epochs.get(gateId)?.row.epoch ?? 0) + 1) as Epoch,
    number: ++state.lastEpochNumber,
    state: 'taken',
    reason,
  };
  epochs.set(gateId, { row, reported: null });
  return row;
}

function epochsWanted(
  state: LedgerState,
): readonly { readonly saleId: SaleId; readonly gateId: GateId; readonly reason: string }[] {
  const wanted = [];
  for (const [saleId, { epochs }] of state.sales) {
    if (epochs.size === 0) wanted.push({ saleId, gateId: mainGate, reason: 'first' });
    for (const [gateId, { row, reported }] of epochs) {
      if (row.state === 'taken') wanted.push({ saleId, gateId, reason: 'unopened' });
      else if (reported !== null) wanted.push({ saleId, gateId, reason: reported });
    }
  }
  return wanted;
}

async function* pieces<Piece>(take: () => readonly Piece[]): AsyncGenerator<Piece> {
  yield* take();
}

function snapshot(state: LedgerState, saleId: SaleId): readonly SnapshotChunk[] {
  const sale = saleOf(state, saleId);
  const orders = [];
  const passes = [];
  const units = new Map<UserId, Map<ProductId, number>>();
  for (const { record, state: orderState } of state.orders.values()) {
    if (record.saleId !== saleId) continue;
    const ended = isEnded(orderState);
    orders.push({ orderId: record.orderId, requestHash: record.requestHash, ended });
    if (record.passId !== null) passes.push({ passId: record.passId, orderId: record.orderId });
    if (ended) continue;
    const ofUser = units.get(record.userId) ?? new Map<ProductId, number>();
    units.set(record.userId, ofUser);
    for (const { productId, quantity } of record.lines) {
      ofUser.set(productId, (ofUser.get(productId) ?? 0) + quantity);
    }
  }
  const buyers = [...units].flatMap(([userId, ofUser]) =>
    [...ofUser].map(([productId, count]) => ({ userId, productId, units: count })),
  );
  const stock = [...sale.products].map(([productId, { total, totalVersion, held, sold }]) => ({
    productId,
    total,
    totalVersion,
    free: total - held - sold,
  }));
  return [
    { kind: 'head', config: sale.config, stock, room: sale.room },
    ...chunked(orders).map((chunk): SnapshotChunk => ({ kind: 'orders', orders: chunk })),
    ...chunked(buyers).map((chunk): SnapshotChunk => ({ kind: 'buyers', buyers: chunk })),
    ...chunked(passes).map((chunk): SnapshotChunk => ({ kind: 'passes', passes: chunk })),
  ];
}

function chunked<Row>(rows: readonly Row[]): readonly (readonly Row[])[] {
  const chunks: (readonly Row[])[] = [];
  for (let from = 0; from < rows.length; from += gateLimits.chunk) {
    chunks.push(rows.slice(from, from + gateLimits.chunk));
  }
  return chunks;
}
