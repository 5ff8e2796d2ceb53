import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { openDataFolder } from '../../src/adapters/embedded-postgres/data-folder.ts';
import { type EmbeddedAddress, startEmbeddedPostgres } from '../../src/adapters/embedded-postgres/embedded-postgres.ts';
import { migrateUp } from '../../src/adapters/postgres/migrations.ts';

/** A throwaway PostgreSQL for one test file. */
export interface TestPostgres {
  readonly folder: string;
  readonly address: EmbeddedAddress;
  /** Its process. */
  readonly pid: number;
  /** A fresh database: with the ledger's schema (copied from a migrated one, some 50 ms), or `empty`. */
  database(kind?: 'migrated' | 'empty'): Promise<EmbeddedAddress>;
  stop(): Promise<void>;
}

/** Starts one; call `stop` in afterAll. Where the test process is killed, a watchdog cleans up behind it. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const path = mkdtempSync(join(tmpdir(), 'fluxgate-test-'));
  const folder = openDataFolder(path);
  const postgres = await startEmbeddedPostgres(folder, { throwaway: true });
  const watchdog = watch(path, postgres.pid);
  let template: Promise<string> | undefined;
  return {
    folder: path,
    address: postgres.address,
    pid: postgres.pid,
    async database(kind = 'migrated') {
      template ??= migratedTemplate(postgres.address);
      const from = kind === 'migrated' ? await template : 'template1';
      const database = `test_${randomBytes(6).toString('hex')}`;
      await run(postgres.address, `create database ${database} template ${from} strategy file_copy`);
      return { ...postgres.address, database };
    },
    async stop() {
      await postgres.stop();
      folder.close();
      watchdog.kill('SIGKILL');
      rmSync(path, { recursive: true, force: true });
    },
  };
}

async function migratedTemplate(address: EmbeddedAddress): Promise<string> {
  await run(address, 'create database migrated');
  await migrateUp({ ...address, database: 'migrated' });
  return 'migrated';
}

async function run(address: EmbeddedAddress, sql: string): Promise<void> {
  const client = new Client(address);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Waits for this process to go, then stops that PostgreSQL (immediately: nobody needs its data) and removes the folder. */
function watch(folder: string, pid: number) {
  const script = 'while kill -0 "$1" 2>/dev/null; do sleep 1; done; kill -QUIT "$2"; sleep 1; rm -rf "$3"';
  const child = spawn('sh', ['-c', script, 'sh', String(process.pid), String(pid), folder], {
    detached: true,
    stdio: 'ignore',
  });
  child.unref();
  return child;
}
