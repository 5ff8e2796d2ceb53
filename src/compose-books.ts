import { connectToRunning } from './adapters/embedded-postgres/embedded-postgres.ts';
import { jsonRecordCodec } from './adapters/node/json-record-codec.ts';
import { nodeClock } from './adapters/node/node-clock.ts';
import { nodeDigest } from './adapters/node/node-digest.ts';
import { requireSchema } from './adapters/postgres/migrations.ts';
import { createPostgresOrderLog } from './adapters/postgres/order-log.ts';
import { createPool, type PostgresAddress } from './adapters/postgres/pool.ts';
import { createPostgresLedger } from './adapters/postgres/postgres-ledger.ts';
import { requireLedger, startPostgres } from './compose-ledger.ts';
import type { Config } from './config/config-schema.ts';

/** Connections of a reading command: one for a stream, one for look-ups, one to spare. */
const readerConnections = 3;

/**
 * Ledger and order log of a data folder, for commands that read them beside a running serve or without one, with the machine's
 * codec, clock and hash. `startedHere`: no serve runs, this process holds the folder and started its PostgreSQL.
 * @throws FluxError `not_found` where the folder has no ledger: reading makes none; `data_folder_locked` where serve holds
 *   the folder and its PostgreSQL does not answer
 */
export async function openBooks(config: Config) {
  requireLedger(config);
  const running = await connectToRunning(config.dataDir);
  if (running !== null) return { ...booksAt(running, config), startedHere: false };
  const postgres = await startPostgres(config);
  try {
    await requireSchema(postgres.address);
    const books = booksAt(postgres.address, config);
    const close = () => books.close().finally(() => postgres.stop());
    return { ...books, startedHere: true, close };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

function booksAt(address: PostgresAddress, config: Config) {
  // A scan takes as long as it takes.
  const pool = createPool(address, { statementTimeoutMs: 0, max: readerConnections });
  const ledger = createPostgresLedger({ pool });
  const orderLog = createPostgresOrderLog({
    pool,
    codec: jsonRecordCodec,
    partitions: config.orderLogPartitions,
    clock: nodeClock,
  });
  return {
    ledger,
    orderLog,
    codec: jsonRecordCodec,
    clock: nodeClock,
    digest: nodeDigest,
    close: () => ledger.close(),
  };
}
