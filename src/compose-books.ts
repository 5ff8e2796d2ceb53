import { connectToRunning } from './adapters/embedded-postgres/embedded-postgres.ts';
import { jsonRecordCodec } from './adapters/node/json-record-codec.ts';
import { nodeClock } from './adapters/node/node-clock.ts';
import { nodeDigest } from './adapters/node/node-digest.ts';
import { nodeRandom } from './adapters/node/node-random.ts';
import { requireSchema } from './adapters/postgres/migrations.ts';
import { createPostgresOrderLog } from './adapters/postgres/order-log.ts';
import { createPool, type PostgresAddress } from './adapters/postgres/pool.ts';
import { createPostgresLedger } from './adapters/postgres/postgres-ledger.ts';
import { postgresAddress } from './compose-addresses.ts';
import { requireLedger, startPostgres } from './compose-ledger.ts';
import type { Config } from './config/config-schema.ts';
import { FluxError } from './engine/domain/flux-error.ts';

/** Connections of a reading command: one for a stream, one for look-ups, one to spare. */
const readerConnections = 3;
/** Nobody waits for this event loop: fewer, larger pages than a server reads. Twice as many are 25 MB more resident. */
const scanBatch = 1_000;
/** The audits group a million orders: with the server's 4 MB they would do so on disk, in three times the time. */
const workMemMb = 64;

/**
 * Ledger and order log of a data folder, for commands that read them beside a running serve or without one, with the machine's
 * codec, clock, hash and chance. `startedHere`: no serve runs, this process holds the folder and started its PostgreSQL.
 * @throws FluxError `not_found` where the folder has no ledger: reading makes none; `data_folder_locked` where serve holds
 *   the folder and its PostgreSQL does not answer
 */
export async function openBooks(config: Config) {
  if (config.mode === 'stack') return openStackBooks(config);
  requireLedger(config);
  // The lock first: a PostgreSQL that survived its serve answers too, and nobody but us would ever end it.
  const postgres = await startPostgres(config).catch((error: unknown) => besideHolder(config, error));
  if (!('stop' in postgres)) return { ...booksAt(postgres.address, config), startedHere: false };
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

/** The same of the stack: whoever serves or works there goes on beside us. */
async function openStackBooks(config: Config) {
  // Only here: the clients of Kafka and Redis would cost every embedded reading a tenth of a second and 15 MB.
  const { createAvroRecordCodec } = await import('./adapters/kafka/avro-record-codec.ts');
  const { stackOrderLog } = await import('./compose-on-stack.ts');
  const postgres = postgresAddress(config);
  await requireSchema(postgres);
  const ledger = createPostgresLedger({ pool: readersOf(postgres) });
  const orderLog = stackOrderLog(config, null);
  return {
    ledger,
    orderLog,
    codec: createAvroRecordCodec(),
    clock: nodeClock,
    digest: nodeDigest,
    random: nodeRandom,
    startedHere: false,
    close: () => Promise.all([ledger.close(), orderLog.close()]).then(() => {}),
  };
}

/** The PostgreSQL of whoever has the folder; throws `error` where that is not why it could not be opened, or none answers. */
async function besideHolder(config: Config, error: unknown): Promise<{ readonly address: PostgresAddress }> {
  const locked = error instanceof FluxError && error.code === 'data_folder_locked';
  const address = locked ? await connectToRunning(config.dataDir) : null;
  if (address === null) throw error;
  return { address };
}

function booksAt(address: PostgresAddress, config: Config) {
  const pool = readersOf(address);
  const ledger = createPostgresLedger({ pool });
  const orderLog = createPostgresOrderLog({
    pool,
    codec: jsonRecordCodec,
    partitions: config.orderLogPartitions,
    clock: nodeClock,
    batch: scanBatch,
  });
  return {
    ledger,
    orderLog,
    codec: jsonRecordCodec,
    clock: nodeClock,
    digest: nodeDigest,
    random: nodeRandom,
    close: () => ledger.close(),
  };
}

function readersOf(address: PostgresAddress) {
  // A scan takes as long as it takes.
  return createPool(address, { statementTimeoutMs: 0, max: readerConnections, workMemMb });
}
