import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { type DataFolder, folderFiles } from './data-folder.ts';
import { endsWithUs } from './end-with-us.ts';
import { launch, startFailed } from './launch.ts';
import { makeCluster } from './make-cluster.ts';
import { findPrograms, serverUser } from './postgres-program.ts';
import type { PostgresUse } from './postgres-settings.ts';
import { findPostmaster, stopPostmaster } from './postmaster.ts';
import { processIdentity } from './process-identity.ts';

/** How to connect to an embedded PostgreSQL. */
export interface EmbeddedAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface EmbeddedPostgres {
  readonly address: EmbeddedAddress;
  readonly pid: number;
  /** `adopted`: it had survived its owner. */
  readonly how: 'created' | 'started' | 'adopted';
  /** Fast shutdown; resolves when the process has gone. Safe to repeat. */
  stop(): Promise<void>;
}

const host = '127.0.0.1';
const user = 'fluxgate';
const database = 'fluxgate';

/** A free port may be taken by somebody else between finding it and using it; never three times in a row. */
const portAttempts = 3;
/** Sessions that outlived a killed server end with their statement; the longest is a page of a rebuild, a second at most. */
const survivorsMs = 10_000;
/** Each look is a start of PostgreSQL that fails, about 50 ms of work. */
const survivorsLookMs = 200;
/** An adopted PostgreSQL answers at once or it is replaced. */
const adoptMs = 2_000;

export interface StartOptions extends PostgresUse {
  /** Goes on after this process has ended, however it ends; who starts it sees to its end. */
  readonly outlives?: boolean;
  /** The port to take if it is free. */
  readonly preferredPort?: number;
}

/**
 * The PostgreSQL of a data folder that we hold: made on first use, adopted where it survived a killed owner, else started.
 * @throws FluxError `postgres_start_failed` with the end of its log; `ledger_version` where the folder belongs to another major version
 */
export async function startEmbeddedPostgres(folder: DataFolder, options: StartOptions = {}): Promise<EmbeddedPostgres> {
  const files = folderFiles(folder.path);
  const adopted = await adopt(folder.path, options);
  if (adopted !== undefined) return adopted;

  const programs = findPrograms();
  const runAs = serverUser();
  const created = !existsSync(join(files.pgdata, 'PG_VERSION'));
  let password: string;
  if (created) {
    password = randomBytes(32).toString('hex');
    // Before the database files get their name: files without their password would be of no use to anybody.
    writeConnection(files.connection, { port: 0, password });
    await makeCluster({ folder: folder.path, programs, runAs, user, password });
  } else {
    refuseOtherMajor(files.pgdata, programs.major);
    password = readConnection(files.connection).password;
  }
  const survivedUntilMs = performance.now() + survivorsMs;
  for (let attempt = 1; ; attempt += 1) {
    const port = attempt === 1 && options.preferredPort ? options.preferredPort : await freePort();
    const result = await launch({ folder: folder.path, programs, runAs, port, ...options });
    if (result.kind === 'port_taken' && attempt < portAttempts) continue;
    if (result.kind === 'survivors' && performance.now() < survivedUntilMs) {
      await sleep(survivorsLookMs);
      continue;
    }
    if (result.kind === 'survivors') throw startFailed(folder.path, 'sessions of an older one do not end');
    if (result.kind !== 'running') throw startFailed(folder.path, 'it ended at once');
    writeConnection(files.connection, { port, password });
    await ensureDatabase({ host, port, user, password, database }, folder.path);
    const address = { host, port, user, password, database };
    return running(folder.path, { pid: result.pid, address, how: created ? 'created' : 'started' }, options);
  }
}

/**
 * How to connect to the PostgreSQL that runs on a data folder at this moment, whoever owns it; null where none answers.
 * Takes no lock: for commands that read beside a running serve.
 */
export async function connectToRunning(dir: string): Promise<EmbeddedAddress | null> {
  const files = folderFiles(dir);
  const postmaster = findPostmaster(files.pgdata);
  if (postmaster === undefined || !existsSync(files.connection)) return null;
  const { password } = readConnection(files.connection);
  const address = { host, port: postmaster.port, user, password, database };
  return (await answers(address, files.pgdata)) ? address : null;
}

async function adopt(path: string, options: StartOptions): Promise<EmbeddedPostgres | undefined> {
  const { pgdata } = folderFiles(path);
  const postmaster = findPostmaster(pgdata);
  if (postmaster === undefined) {
    // Its owner and its server died together: a pid that somebody else has by now would keep PostgreSQL from starting.
    rmSync(join(pgdata, 'postmaster.pid'), { force: true });
    return undefined;
  }
  const address = await connectToRunning(path);
  if (address !== null) return running(path, { pid: postmaster.pid, address, how: 'adopted' }, options);
  if (!(await stopPostmaster(postmaster.pid))) {
    throw startFailed(path, `an older one (process ${postmaster.pid}) neither answers nor stops`);
  }
  return undefined;
}

function running(
  path: string,
  { pid, address, how }: Omit<EmbeddedPostgres, 'stop'>,
  options: StartOptions,
): EmbeddedPostgres {
  let stopped: Promise<void> | undefined;
  const left = options.outlives ? () => {} : endsWithUs(path);
  const identity = processIdentity(pid);
  const stop = async () => {
    // The pid of one that has gone may be another program's by now.
    const gone = processIdentity(pid) !== identity || (await stopPostmaster(pid));
    left();
    if (!gone) {
      throw new FluxError('fault', `the embedded PostgreSQL (process ${pid}) of ${path} does not stop`, {
        hint: `kill -QUIT ${pid}`,
      });
    }
  };
  return {
    address,
    pid,
    how,
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** Whether the server at `address` takes our password and serves this very folder. */
async function answers(address: EmbeddedAddress, pgdata: string): Promise<boolean> {
  const client = new Client({ ...address, connectionTimeoutMillis: adoptMs, query_timeout: adoptMs });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    return rows[0]?.data_directory === pgdata;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function ensureDatabase(address: EmbeddedAddress, path: string): Promise<void> {
  const client = new Client({ ...address, database: 'postgres', connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [address.database]);
    if (rowCount === 0) await client.query(`create database ${address.database}`);
  } catch (cause) {
    throw startFailed(path, 'it does not let us in', cause);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function refuseOtherMajor(pgdata: string, major: number): void {
  const found = readFileSync(join(pgdata, 'PG_VERSION'), 'utf8').trim();
  if (found === String(major)) return;
  throw new FluxError(
    'ledger_version',
    `the data folder ${pgdata} was made by PostgreSQL ${found}, this Flux-Gate brings PostgreSQL ${major}`,
    {
      hint: `run the Flux-Gate that made it and export its orders (fluxgate orders export), or choose another --data-dir`,
    },
  );
}

interface Connection {
  readonly port: number;
  readonly password: string;
}

function writeConnection(file: string, connection: Connection): void {
  // Written aside and renamed, so that a kill leaves the old one or the new one.
  writeFileSync(`${file}.new`, `${JSON.stringify(connection)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function readConnection(file: string): Connection {
  const read = parsed(file);
  if (typeof read === 'object' && read !== null && 'password' in read && typeof read.password === 'string') {
    return { port: 'port' in read ? Number(read.port) : 0, password: read.password };
  }
  throw new FluxError('data_folder_unusable', `${file} is missing or damaged: it has the password of the database`, {
    hint: 'restore it from a copy, or choose another --data-dir',
  });
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, host, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
