import type { Pool } from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { createPool } from '../../src/adapters/postgres/pool.ts';
import { createPostgresLedger } from '../../src/adapters/postgres/postgres-ledger.ts';
import type { Ledger } from '../../src/engine/ports/ledger.ts';
import { startTestPostgres, type TestPostgres } from './postgres.ts';

export type FilePostgres = Pick<TestPostgres, 'address' | 'database'>;

/** The PostgreSQL of a test file, there from its first test to its last. To be called once, at the top of the file. */
export function postgresOfFile(): FilePostgres {
  let started: TestPostgres | undefined;
  beforeAll(async () => {
    started = await startTestPostgres();
  });
  afterAll(async () => {
    await started?.stop();
  });
  const running = (): TestPostgres => {
    if (started === undefined) throw new Error('the PostgreSQL of a test file is there in its tests and hooks only');
    return started;
  };
  return {
    get address() {
      return running().address;
    },
    database: (kind) => running().database(kind),
  };
}

/** Runs a test on a ledger in a fresh database, with the pool beneath it. */
export function ledgersOn(
  postgres: FilePostgres,
): (test: (ledger: Ledger, pool: Pool) => Promise<void>) => Promise<void> {
  return async (test) => {
    const pool = createPool(await postgres.database());
    const ledger = createPostgresLedger({ pool });
    try {
      await test(ledger, pool);
    } finally {
      await ledger.close();
    }
  };
}
