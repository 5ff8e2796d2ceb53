import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type DataFolder, openDataFolder } from '../../../../src/adapters/embedded-postgres/data-folder.ts';
import {
  connectToRunning,
  type EmbeddedAddress,
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../../../src/adapters/embedded-postgres/embedded-postgres.ts';
import { processIdentity } from '../../../../src/adapters/embedded-postgres/process-identity.ts';
import { eventually } from '../../../support/eventually.ts';
import { pauseProcess, untilGone } from '../../../support/process-state.ts';

let root: string;
let folder: DataFolder;
let started: EmbeddedPostgres[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fluxgate-embedded-'));
  folder = openDataFolder(root);
  started = [];
});
afterEach(async () => {
  for (const postgres of started) await postgres.stop();
  folder.close();
  rmSync(root, { recursive: true, force: true });
});

async function start(): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres(folder);
  started.push(postgres);
  return postgres;
}

async function query(address: EmbeddedAddress, sql: string) {
  const client = new Client(address);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

it('keeps what was written over a stop and a start, and leaves no process', async () => {
  const first = await start();
  await query(first.address, 'create table kept as select 7 as n');
  await first.stop();

  expect(processIdentity(first.pid)).toBeUndefined();
  expect(await connectToRunning(root)).toBeNull();
  const second = await start();
  expect([first.how, second.how]).toEqual(['created', 'started']);
  expect(await query(second.address, 'select n from kept')).toEqual([{ n: 7 }]);
});

it('is durable, and open to nobody without its password', async () => {
  const { address } = await start();

  const settings = await query(
    address,
    `select name, setting from pg_settings
    where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses') order by name`,
  );
  expect(settings).toEqual([
    { name: 'fsync', setting: 'on' },
    { name: 'full_page_writes', setting: 'on' },
    { name: 'listen_addresses', setting: '127.0.0.1' },
    { name: 'synchronous_commit', setting: 'on' },
  ]);
  await expect(query({ ...address, password: 'guess' }, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  expect(statSync(join(root, 'postgres.json')).mode & 0o777).toBe(0o600);
  expect(statSync(join(root, 'postgres')).mode & 0o777).toBe(0o700);
});

it('adopts the PostgreSQL of an owner that was killed', async () => {
  folder.close();
  const data = new URL('../../../../src/adapters/embedded-postgres/data-folder.ts', import.meta.url).href;
  const embedded = new URL('../../../../src/adapters/embedded-postgres/embedded-postgres.ts', import.meta.url).href;
  const script = `
    import { openDataFolder } from ${JSON.stringify(data)};
    import { startEmbeddedPostgres } from ${JSON.stringify(embedded)};
    const { pid } = await startEmbeddedPostgres(openDataFolder(${JSON.stringify(root)}));
    console.log(pid); setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(owner.stdout, 'data');
  owner.kill('SIGKILL');
  await once(owner, 'exit');

  folder = openDataFolder(root);
  const adopted = await start();

  expect(adopted.how).toBe('adopted');
  expect(adopted.pid).toBe(Number(String(said)));
  expect(await query(adopted.address, 'select 1 as n')).toEqual([{ n: 1 }]);
});

it('replaces a survivor that does not take our password', async () => {
  const survivor = await start();
  await query(survivor.address, `alter user fluxgate password 'other'`);
  const connection = join(root, 'postgres.json');
  const stored = JSON.parse(readFileSync(connection, 'utf8'));
  writeFileSync(connection, JSON.stringify({ ...stored, password: 'other' }));
  await query({ ...survivor.address, password: 'other' }, `alter user fluxgate password '${stored.password}'`);

  await expect(startEmbeddedPostgres(folder)).rejects.toMatchObject({ code: 'postgres_start_failed' });
  expect(processIdentity(survivor.pid)).toBeUndefined();

  writeFileSync(connection, JSON.stringify(stored));
  // The one that was started without success has been left to be adopted.
  expect((await start()).address.password).toBe(stored.password);
});

it('starts after its process was killed, with everything that was committed', async () => {
  const first = await start();
  await query(first.address, 'create table kept as select 7 as n');
  process.kill(first.pid, 'SIGKILL');
  // the kernel takes its memory back first, and PostgreSQL asks it whether the process is there
  await untilGone(first.pid);

  const second = await start();

  expect(await query(second.address, 'select n from kept')).toEqual([{ n: 7 }]);
});

it('does not start beside a session that outlived its server', async () => {
  const first = await start();
  const session = new Client(first.address);
  session.on('error', () => undefined);
  await session.connect();
  const { rows } = await session.query<{ pid: number }>('select pg_backend_pid() as pid');
  const orphan = rows[0]?.pid ?? 0;
  // Stopped, it cannot see that its server has gone; one that is busy does not look.
  await pauseProcess(orphan);
  process.kill(first.pid, 'SIGKILL');

  const second = start();
  try {
    await eventually('the start was refused by PostgreSQL', () =>
      readFileSync(join(root, 'postgres.log'), 'utf8').includes('pre-existing shared memory block'),
    );
  } finally {
    process.kill(orphan, 'SIGCONT');
  }

  expect(await query((await second).address, 'select 1 as n')).toEqual([{ n: 1 }]);
  expect(processIdentity(orphan)).toBeUndefined();
});

it('starts where the pid of its last process belongs to another by now', async () => {
  const first = await start();
  const file = join(root, 'postgres', 'postmaster.pid');
  const text = readFileSync(file, 'utf8');
  const { uid, gid } = statSync(join(root, 'postgres'));
  await first.stop();
  writeFileSync(file, text.replace(String(first.pid), String(process.pid)), { mode: 0o600 });
  chownSync(file, uid, gid);

  const second = await start();

  expect(second.how).toBe('started');
});

it('refuses the data of another major version of PostgreSQL, with what to do', async () => {
  const first = await start();
  await first.stop();
  writeFileSync(join(root, 'postgres', 'PG_VERSION'), '17\n');

  await expect(startEmbeddedPostgres(folder)).rejects.toMatchObject({
    code: 'ledger_version',
    message: expect.stringContaining('PostgreSQL 17'),
    hint: expect.stringContaining('--data-dir'),
  });
});

it('says why it did not start, with the end of its log', async () => {
  const first = await start();
  await first.stop();
  rmSync(join(root, 'postgres', 'global'), { recursive: true });

  await expect(startEmbeddedPostgres(folder)).rejects.toMatchObject({
    code: 'postgres_start_failed',
    message: expect.stringContaining('pg_control'),
  });
});

it('a reader finds the running one without a lock', async () => {
  const { address } = await start();

  expect(await connectToRunning(root)).toEqual(address);
});
