import type { Pool } from 'pg';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { Epoch, GateId, SaleId, ServerId } from '../../engine/domain/ids.ts';
import type { EpochRow } from '../../engine/domain/ledger-facts.ts';
import type { Lease } from '../../engine/ports/ledger.ts';
import type { LedgerFleet } from '../../engine/ports/ledger-fleet.ts';
import { checkLease } from './check-lease.ts';
import { createTurns } from './in-turn.ts';
import { readSaleViews } from './ledger-sales.ts';
import { queryPool } from './query-pool.ts';
import { snapshot } from './snapshot.ts';
import { statement } from './sql-statement.ts';
import { inTransaction } from './transaction.ts';

const renewServer = statement('renew-server');
const removeServer = statement('remove-server');
const readServerRows = statement('server-rows');
const serversSilentSince = statement('servers-silent-since');
const forgetServers = statement('forget-servers');
const forgetLeases = statement('forget-leases');
const takeLease = statement('take-lease');
const dropLease = statement('drop-lease');
const readLeaseHolder = statement('read-lease-holder');
const takeEpochNumber = statement('take-epoch-number');
const lockSale = statement('lock-sale');
const nextEpochSql = statement('next-epoch');
const openEpoch = statement('open-epoch');
const reportFence = statement('report-fence');
const epochsWanted = statement('epochs-wanted');
const partitionsPast = statement('partitions-past');
const checkpointRoom = statement('checkpoint-room');

/**
 * Whoever lives by a lease asks again after this, on another connection: an answer that the network swallowed would
 * otherwise be waited for longer than the lease lasts, and long after the network is back.
 */
const leaseQueryMs = 3_000;

/** The PostgreSQL ledger's part of servers, leases and epochs. All times by the database's clock. */
export function ledgerFleet(pool: Pool): LedgerFleet {
  // A snapshot keeps its connection for seconds: where all sales are rebuilt at once, two thirds stay for everybody else.
  const inTurn = createTurns(Math.max(1, Math.floor(pool.options.max / 3)));
  const serverViews = () => readSaleViews(pool, null, leaseQueryMs);
  return {
    async renewServer(serverId, highestNumberSeen) {
      // The row first: what is read afterwards is at least as new as what the row says was seen.
      await queryPool(pool, renewServer, [serverId, highestNumberSeen], leaseQueryMs);
      return serverViews();
    },
    serverViews,
    removeServer: async (serverId, renewal) => void (await queryPool(pool, removeServer, [serverId, renewal])),
    async serverRows() {
      const { rows } = await queryPool<{ server_id: ServerId; highest_number: string; renewal: string }>(
        pool,
        readServerRows,
        [],
        leaseQueryMs,
      );
      return rows.map(({ server_id, highest_number, renewal }) => ({
        serverId: server_id,
        highestNumberSeen: Number(highest_number),
        renewal,
      }));
    },
    async serversSilentSince(sinceMs, goneMs) {
      const { rows } = await queryPool<{ server_id: ServerId }>(pool, serversSilentSince, [sinceMs, goneMs]);
      return rows.map(({ server_id }) => server_id);
    },
    async forgetFleet() {
      await queryPool(pool, forgetServers);
      await queryPool(pool, forgetLeases);
    },

    async takeLease(name, holder, ttlMs) {
      const { rows } = await queryPool<{ token: string }>(pool, takeLease, [name, holder, ttlMs], leaseQueryMs);
      return rows[0] === undefined ? null : { name, holder, token: Number(rows[0].token) };
    },
    dropLease: async ({ name, holder, token }) => void (await queryPool(pool, dropLease, [name, holder, token])),
    async leaseHolder(name) {
      const { rows } = await queryPool<{ holder: string }>(pool, readLeaseHolder, [name]);
      return rows[0]?.holder ?? null;
    },

    nextEpoch: (saleId, gateId, reason, lease) => nextEpoch(pool, saleId, gateId, reason, lease),
    openEpoch: (saleId, gateId, epoch, lease) =>
      inTransaction(pool, async (client) => {
        await checkLease(client, lease);
        const { rowCount } = await client.query({ ...openEpoch, values: [saleId, gateId, epoch] });
        return rowCount === 1;
      }),
    async reportFence(saleId, gateId, epoch, reason) {
      const { rowCount } = await queryPool(pool, reportFence, [saleId, gateId, epoch, reason]);
      return rowCount === 1;
    },
    async epochsWanted() {
      const { rows } = await queryPool<{ sale_id: SaleId; gate_id: GateId; reason: string }>(pool, epochsWanted);
      return rows.map((row) => ({ saleId: row.sale_id, gateId: row.gate_id, reason: row.reason }));
    },
    async partitionsPast({ saleId, gateId, epoch }) {
      const { rows } = await queryPool<{ partition: number }>(pool, partitionsPast, [saleId, gateId, epoch]);
      return rows.map(({ partition }) => partition);
    },

    snapshot: (saleId) => inTurn(() => snapshot(pool, saleId)),
    checkpointRoom: (saleId, { admittedUpTo, lastPlace }, lease) =>
      inTransaction(pool, async (client) => {
        await checkLease(client, lease);
        const values = [saleId, admittedUpTo.epoch, admittedUpTo.counter, lastPlace.epoch, lastPlace.counter];
        await client.query({ ...checkpointRoom, values });
      }),
  };
}

function nextEpoch(pool: Pool, saleId: SaleId, gateId: GateId, reason: string, lease: Lease): Promise<EpochRow> {
  return inTransaction(pool, async (client): Promise<EpochRow> => {
    await checkLease(client, lease);
    // Whoever decides by the newest epoch (finishStockChange) locks the sale too.
    await client.query({ ...lockSale, values: [saleId] });
    const counted = await client.query<{ number: string }>(takeEpochNumber);
    const number = Number(counted.rows[0]?.number);
    const { rows } = await client.query<{ epoch: Epoch }>({
      ...nextEpochSql,
      values: [saleId, gateId, number, reason],
    });
    const epoch = rows[0]?.epoch;
    if (epoch === undefined) throw new FluxError('not_found', `the ledger has no sale ${saleId}`);
    return { saleId, gateId, epoch, number, state: 'taken', reason };
  });
}
