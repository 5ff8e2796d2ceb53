import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll } from 'vitest';
import { createPool } from '../../src/adapters/postgres/pool.ts';
import { createPostgresLedger } from '../../src/adapters/postgres/postgres-ledger.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';
import { ledgerSuite } from './ledger-suite.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(async () => {
  await postgres.stop();
});

ledgerSuite('postgres', async () => {
  const ledger = createPostgresLedger({ pool: createPool(await postgres.database()) });
  // The database's clock is the machine's: nothing but waiting lets it go by.
  return { ledger, pass: (ms) => pause(ms), close: () => ledger.close() };
});
