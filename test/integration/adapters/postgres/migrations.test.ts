import { Client } from 'pg';
import { expect, it } from 'vitest';
import { describeSchema } from '../../../../src/adapters/postgres/describe-schema.ts';
import { readMigrations } from '../../../../src/adapters/postgres/migration-files.ts';
import {
  migrateDown,
  migrateUp,
  migrationStatus,
  requireSchema,
} from '../../../../src/adapters/postgres/migrations.ts';
import { createPool, type PostgresAddress } from '../../../../src/adapters/postgres/pool.ts';
import { postgresOfFile } from '../../../support/postgres-of-file.ts';

const postgres = postgresOfFile();

const names = readMigrations().map(({ name }) => name);

async function schemaOf(address: PostgresAddress): Promise<string> {
  const pool = createPool(address);
  try {
    return await describeSchema(pool);
  } finally {
    await pool.end();
  }
}

async function run(address: PostgresAddress, sql: string): Promise<void> {
  const client = new Client(address);
  await client.connect();
  await client.query(sql);
  await client.end();
}

it('brings an empty database up, once', async () => {
  const address = await postgres.database('empty');

  expect((await migrationStatus(address)).pending).toEqual(names);
  expect(await migrateUp(address)).toEqual(names);
  expect(await migrateUp(address)).toEqual([]);
  expect(await migrationStatus(address)).toMatchObject({ applied: names, pending: [] });
});

it('asking for the status changes nothing', async () => {
  const address = await postgres.database('empty');

  await migrationStatus(address);

  const client = new Client(address);
  await client.connect();
  const { rows } = await client.query(`select relname from pg_class where relnamespace = 'public'::regnamespace`);
  await client.end();
  expect(rows).toEqual([]);
});

it('every migration can be taken back, and comes up again the same', async () => {
  const address = await postgres.database('empty');
  await migrateUp(address);
  const before = await schemaOf(address);

  expect(await migrateDown(address, names.length)).toEqual([...names].reverse());
  expect(await schemaOf(address)).toBe('\n');
  await migrateUp(address);

  expect(await schemaOf(address)).toBe(before);
});

it('two that migrate at once do it once', async () => {
  const address = await postgres.database('empty');

  const applied = await Promise.all([migrateUp(address), migrateUp(address)]);

  expect(applied.flat()).toEqual(names);
});

it('a migration that was killed leaves no lock behind', async () => {
  const address = await postgres.database('empty');
  await migrateUp(address);
  await migrateDown(address, 1);
  await run(address, 'update schema_migrations_lock set is_locked = 1');

  expect(await migrateUp(address)).toEqual(names.slice(-1));
});

it('refuses a schema whose applied migration was edited', async () => {
  const address = await postgres.database('empty');
  await migrateUp(address);
  const edited = readMigrations().map((each, index) => (index === 0 ? { ...each, checksum: 'f'.repeat(64) } : each));

  const refused = { code: 'ledger_schema', message: expect.stringContaining('0001-ledger was edited') };
  await expect(migrateUp(address, { migrations: edited })).rejects.toMatchObject(refused);
  await expect(migrationStatus(address, { migrations: edited })).rejects.toMatchObject(refused);
});

it('refuses a schema that is newer than the program', async () => {
  const address = await postgres.database('empty');
  const next = {
    name: '9999-next',
    up: 'create table next (n int)',
    down: 'drop table next',
    checksum: 'a'.repeat(64),
  };
  await migrateUp(address, { migrations: [...readMigrations(), next] });

  const refused = { code: 'ledger_schema', message: expect.stringContaining('9999-next') };
  await expect(migrateUp(address)).rejects.toMatchObject(refused);
  await expect(requireSchema(address)).rejects.toMatchObject(refused);
});

it('a migration that fails leaves nothing of itself', async () => {
  const address = await postgres.database('empty');
  await migrateUp(address);
  const bad = { name: '9999-bad', up: 'create table half (n int); select 1/0', down: '', checksum: 'b'.repeat(64) };
  await expect(migrateUp(address, { migrations: [...readMigrations(), bad] })).rejects.toThrow('division by zero');

  expect(await schemaOf(address)).not.toContain('half');
  expect((await migrationStatus(address)).applied).toEqual(names);
});

it('a program that may not migrate says what is missing and how to mend it', async () => {
  const address = await postgres.database('empty');

  await expect(requireSchema(address)).rejects.toMatchObject({ code: 'ledger_schema', hint: 'fluxgate migrate up' });
});

it('says that nobody answers where nobody does', async () => {
  // Port 9 is discard's, which nobody runs.
  const nobody = { ...postgres.address, port: 9 };

  await expect(migrateUp(nobody)).rejects.toMatchObject({ code: 'ledger_unreachable' });
});
