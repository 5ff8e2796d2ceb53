import { setTimeout as pause } from 'node:timers/promises';
import { createPool } from '../../src/adapters/postgres/pool.ts';
import { createPostgresLedger } from '../../src/adapters/postgres/postgres-ledger.ts';
import { postgresOfFile } from '../support/postgres-of-file.ts';
import { ledgerSuite } from './ledger-suite.ts';

const postgres = postgresOfFile();

ledgerSuite('postgres', async () => {
  const ledger = createPostgresLedger({ pool: createPool(await postgres.database()) });
  // The database's clock is the machine's: nothing but waiting lets it go by.
  return { ledger, pass: (ms) => pause(ms), close: () => ledger.close() };
});
