import { performance } from 'node:perf_hooks';
import type { Pool } from 'pg';
import type { Ledger } from '../../engine/ports/ledger.ts';
import { ledgerAudit } from './ledger-audit.ts';
import { ledgerFleet } from './ledger-fleet.ts';
import { ledgerKeys } from './ledger-keys.ts';
import { ledgerOrders } from './ledger-orders.ts';
import { ledgerSales } from './ledger-sales.ts';
import { queryPool } from './query-pool.ts';
import { statement } from './sql-statement.ts';

const readClock = statement('read-clock');

/**
 * The ledger in PostgreSQL, on a migrated schema (migrations.ts). `close` ends the pool: whoever shares it closes last.
 * Every deadline and lease goes by the database's clock.
 */
export function createPostgresLedger({ pool }: { readonly pool: Pool }): Ledger {
  let closed: Promise<void> | undefined;
  return {
    ...ledgerOrders(pool),
    ...ledgerSales(pool),
    ...ledgerKeys(pool),
    ...ledgerFleet(pool),
    ...ledgerAudit(pool),
    async ping() {
      const start = performance.now();
      const { rows } = await queryPool<{ now_ms: number }>(pool, readClock);
      return { latencyMs: performance.now() - start, nowMs: Math.trunc(rows[0]?.now_ms ?? 0) };
    },
    close() {
      closed ??= pool.end();
      return closed;
    },
  };
}
