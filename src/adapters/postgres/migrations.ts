import knex, { type Knex } from 'knex';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { type Migration, readMigrations } from './migration-files.ts';
import { faultOf } from './pg-fault.ts';
import { clientConfig, describeAddress, type PostgresAddress } from './pool.ts';

/** Where a ledger's schema stands. */
export interface MigrationStatus {
  /** As PostgreSQL names it: `18.4`. */
  readonly serverVersion: string;
  readonly applied: readonly string[];
  /** What `migrateUp` would run, in order. */
  readonly pending: readonly string[];
}

export interface MigrationOptions {
  /** Instead of those that this program brings: for tests of migrations to come. */
  readonly migrations?: readonly Migration[];
}

/** Older ones lack what we test on; PostgreSQL itself supports each major for five years. */
const oldestServer = 15;
/** Two `migrate up` at once: the second waits for the first. Any number will do, as long as it stays the same. */
const lockNumber = 4_157_293_188;

/**
 * Applies all pending migrations in one transaction: all of them or none. Returns the names of those it applied.
 * @throws FluxError `ledger_unreachable`; `ledger_version` (PostgreSQL too old); `ledger_schema` (an applied migration was
 * edited, or the schema is newer than this program)
 */
export async function migrateUp(address: PostgresAddress, options: MigrationOptions = {}): Promise<readonly string[]> {
  return withSchema(address, options, async (schema) => {
    await schema.check();
    const [, names] = await schema.knex.migrate.latest();
    return names as string[]; // knex types its own tuple as any
  });
}

/** Takes the newest `steps` migrations back, with all that is in their tables. Returns their names, newest first. */
export async function migrateDown(
  address: PostgresAddress,
  steps: number,
  options: MigrationOptions = {},
): Promise<readonly string[]> {
  return withSchema(address, options, async (schema) => {
    await schema.check();
    const undone: string[] = [];
    for (let step = 0; step < steps; step += 1) {
      const [, names] = await schema.knex.migrate.down();
      if ((names as string[]).length === 0) break; // knex types its own tuple as any
      undone.push(...(names as string[]));
    }
    return undone;
  });
}

/** Reads where the schema stands; changes nothing, not even an empty database. Refuses what `migrateUp` refuses. */
export async function migrationStatus(
  address: PostgresAddress,
  options: MigrationOptions = {},
): Promise<MigrationStatus> {
  const migrations = options.migrations ?? readMigrations();
  const connection = open(address, migrations);
  try {
    const serverVersion = await checkServer(connection, address);
    const applied = await checkApplied(connection, migrations);
    return {
      serverVersion,
      applied,
      pending: migrations.map(({ name }) => name).filter((name) => !applied.includes(name)),
    };
  } catch (error) {
    throw faultOf(error, describeAddress(address));
  } finally {
    await connection.destroy();
  }
}

/** For programs that must not change a schema: throws FluxError `ledger_schema` unless it is exactly ours. */
export async function requireSchema(address: PostgresAddress): Promise<MigrationStatus> {
  const status = await migrationStatus(address);
  const { pending } = status;
  if (pending.length === 0) return status;
  throw new FluxError('ledger_schema', `the ledger's schema lacks ${pending.join(', ')}`, {
    hint: 'fluxgate migrate up',
  });
}

function open(address: PostgresAddress, migrations: readonly Migration[]): Knex {
  return knex({
    client: 'pg',
    connection: clientConfig(address),
    // One for the lock, one for the work.
    pool: { min: 0, max: 2 },
    acquireConnectionTimeout: 5_000,
    migrations: { tableName: 'schema_migrations', migrationSource: sourceOf(migrations) },
    // knex warns on the console otherwise; what matters is thrown.
    log: { warn: () => undefined, error: () => undefined, deprecate: () => undefined, debug: () => undefined },
  });
}

function sourceOf(migrations: readonly Migration[]): Knex.MigrationSource<Migration> {
  return {
    getMigrations: async () => [...migrations],
    getMigrationName: ({ name }) => name,
    getMigration: async ({ name, up, down, checksum }) => ({
      async up(trx) {
        await trx.raw(up);
        await trx('schema_checksums').insert({ name, checksum });
      },
      async down(trx) {
        await trx.raw(down);
        await trx('schema_checksums').where({ name }).delete();
      },
    }),
  };
}

/** Runs `work` while nobody else migrates. */
async function withSchema<Result>(
  address: PostgresAddress,
  options: MigrationOptions,
  work: (schema: { readonly knex: Knex; check(): Promise<void> }) => Promise<Result>,
): Promise<Result> {
  const migrations = options.migrations ?? readMigrations();
  const connection = open(address, migrations);
  try {
    await checkServer(connection, address);
    // The lock goes with the transaction's connection, so a killed migration leaves none behind; knex's own stays.
    return await connection.transaction(async (guard) => {
      await guard.raw('select pg_advisory_xact_lock(?)', [lockNumber]);
      await connection.raw(
        'create table if not exists schema_checksums (name text primary key, checksum text not null)',
      );
      await connection.migrate.forceFreeMigrationsLock();
      return await work({
        knex: connection,
        check: async () => void (await checkApplied(connection, migrations)),
      });
    });
  } catch (error) {
    throw faultOf(error, describeAddress(address));
  } finally {
    await connection.destroy();
  }
}

/** Returns the server's version. */
async function checkServer(connection: Knex, address: PostgresAddress): Promise<string> {
  const { rows } = await connection.raw<{ rows: { server_version: string }[] }>('show server_version');
  const version = rows[0]?.server_version ?? '';
  if (Number.parseInt(version, 10) >= oldestServer) return version.split(' ')[0] ?? version;
  throw new FluxError('ledger_version', `${describeAddress(address)} is version ${version}`, {
    hint: `use PostgreSQL ${oldestServer} or newer`,
  });
}

/** Names of the applied migrations, after comparing them with ours. */
async function checkApplied(connection: Knex, migrations: readonly Migration[]): Promise<readonly string[]> {
  const { rows: tables } = await connection.raw<{ rows: { there: string | null }[] }>(
    `select to_regclass('schema_checksums')::text as there`,
  );
  if (tables[0]?.there == null) return [];
  const applied = await connection<{ name: string; checksum: string }>('schema_checksums').orderBy('name');
  for (const { name, checksum } of applied) {
    const ours = migrations.find((migration) => migration.name === name);
    if (ours === undefined) {
      throw new FluxError('ledger_schema', `the ledger's schema is newer than this program: it has ${name}`, {
        hint: 'use the Flux-Gate that made it, or take it back there first: fluxgate migrate down',
      });
    }
    if (ours.checksum !== checksum) {
      throw new FluxError('ledger_schema', `migration ${name} was edited after it had been applied`, {
        hint: `restore the file: its SHA-256 was ${checksum}`,
      });
    }
  }
  return applied.map(({ name }) => name);
}
