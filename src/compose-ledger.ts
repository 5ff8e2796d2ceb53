import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { folderFiles, openDataFolder } from './adapters/embedded-postgres/data-folder.ts';
import { connectToRunning, startEmbeddedPostgres } from './adapters/embedded-postgres/embedded-postgres.ts';
import { findPrograms } from './adapters/embedded-postgres/postgres-program.ts';
import { type MigrationStatus, migrateDown, migrateUp, migrationStatus } from './adapters/postgres/migrations.ts';
import type { PostgresAddress } from './adapters/postgres/pool.ts';
import { postgresAddress } from './compose-addresses.ts';
import type { Config } from './config/config-schema.ts';
import { FluxError } from './engine/domain/flux-error.ts';

/** Where the schema of the data folder's ledger stands, beside a running serve or without one. Makes no ledger. */
export async function ledgerSchema(config: Config): Promise<MigrationStatus> {
  if (config.mode === 'stack') return migrationStatus(postgresAddress(config));
  requireLedger(config);
  const running = await connectToRunning(config.dataDir);
  if (running !== null) return migrationStatus(running);
  return withStartedPostgres(config, migrationStatus);
}

/**
 * Brings the ledger of the data folder to this program's schema; makes the ledger where there is none.
 *
 * @throws FluxError `data_folder_locked` while serve runs on it
 */
export function raiseSchema(config: Config): Promise<readonly string[]> {
  return withStartedPostgres(config, (address) => migrateUp(address));
}

/** Takes the newest migrations back, with what is in their tables. @throws FluxError `data_folder_locked` while serve runs on it */
export function lowerSchema(config: Config, steps: number): Promise<readonly string[]> {
  if (config.mode === 'embedded') requireLedger(config);
  return withStartedPostgres(config, (address) => migrateDown(address, steps));
}

/** The version of the PostgreSQL that came with this installation. @throws FluxError `postgres_start_failed` where none did */
export function embeddedPostgresMajor(): number {
  return findPrograms().major;
}

/** @throws FluxError `not_found` where the data folder has no ledger */
export function requireLedger({ dataDir }: Config): void {
  if (existsSync(join(folderFiles(dataDir).pgdata, 'PG_VERSION'))) return;
  throw new FluxError('not_found', `there is no ledger in ${dataDir}`, {
    hint: 'fluxgate serve (makes one), or name another folder with --data-dir',
  });
}

/** Holds the data folder and runs its PostgreSQL in this process until `stop`, which leaves no process behind. */
export async function startPostgres(
  config: Config,
): Promise<{ readonly address: PostgresAddress; stop(): Promise<void> }> {
  const folder = openDataFolder(config.dataDir);
  try {
    const postgres = await startEmbeddedPostgres(folder);
    return { address: postgres.address, stop: () => postgres.stop().finally(() => folder.close()) };
  } catch (error) {
    folder.close();
    throw error;
  }
}

async function withStartedPostgres<Result>(
  config: Config,
  use: (address: PostgresAddress) => Promise<Result>,
): Promise<Result> {
  if (config.mode === 'stack') return use(postgresAddress(config));
  const postgres = await startPostgres(config);
  try {
    return await use(postgres.address);
  } finally {
    await postgres.stop();
  }
}
