import { execFile } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from 'pg';
import { Type } from 'typebox';
import { codeOf } from '../../../../engine/domain/flux-error.ts';
import { partFault } from '../../fault/chaos-fault.ts';
import { sqlStateOf, withLedger } from '../../service/ledger-connection.ts';
import type { NotedService } from '../../service/noted-service.ts';
import { ledgerNoteSchema, noteLedger } from './ledger-note.ts';

const run = promisify(execFile);
/** Beyond what the table has: room for PostgreSQL to move it in, which the filler then takes. */
const spareBytes = 4 * 1024 * 1024;
/** Moving the table waits for the transactions that use it. */
const lockMs = 10_000;
const fillBytes = 64 * 1024;

/**
 * The table of orders moves onto a small disk of its own (a tmpfs), which is then filled: PostgreSQL itself meets ENOSPC and
 * says 53100. The log of the database (WAL) is elsewhere and goes on, as on a machine with two disks: one whose WAL has no
 * room ends at once, which is what `kill` shows.
 */
export const postgresDiskFull = partFault({
  name: 'postgres_disk_full',
  summary: 'The disk with the table of orders has no room left: PostgreSQL refuses to write any (53100).',
  evidence: 'a write there is refused (53100)',
  undoing: 'the filler goes, the table moves back, the disk is unmounted',
  targets: ['postgres'],
  parameters: Type.Object({}, { additionalProperties: false }),
  note: Type.Object({ ...ledgerNoteSchema.properties, disk: Type.String() }),
  lasts: 'while',
  needs: () => ['stack', 'native', 'linux', 'root', 'mount'],
  says: (target) => `the disk of the orders in ${target} is full`,
  async prepare({ target }) {
    const note = noteLedger(target);
    // PostgreSQL runs as another user, who may pass the folder of temporary files, and not those of a run
    return { ...note, disk: join(tmpdir(), `fluxgate-chaos-disk-${note.tag}`) };
  },
  async inject(_context, note) {
    const space = nameOf(note.tag);
    return withLedger(note, `fluxgate-chaos-${note.tag}`, async (client) => {
      const { bytes, dataDir } = await measure(client);
      const owner = statSync(dataDir);
      mkdirSync(note.disk, { mode: 0o700 });
      const options = `size=${bytes + spareBytes},mode=0700,uid=${owner.uid},gid=${owner.gid}`;
      await run('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', note.disk]);
      await client.query(`set lock_timeout = ${lockMs}`);
      await client.query(`create tablespace ${space} location '${note.disk}'`);
      await client.query(`alter table orders set tablespace ${space}`);
      fill(join(note.disk, 'filler'));
      const probe = `create temporary table ${space}_probe tablespace ${space} as select repeat('x', 1000) from generate_series(1, 1000)`;
      const state = await client.query(probe).then(() => '', sqlStateOf);
      return { seen: state === '53100', what: `a write to the disk of the orders hears ${state || 'yes'}` };
    });
  },
  async undo(note) {
    const { disk } = note;
    rmSync(join(disk, 'filler'), { force: true });
    try {
      await moveBack(note);
    } catch (error) {
      // the orders are on this disk for as long as there is a stack: without one, nothing but the disk is left
      if (codeOf(error) === 'stack_not_running') await removeDisk(disk);
      throw error;
    }
    await removeDisk(disk);
  },
});

async function moveBack(note: NotedService & { readonly tag: string }): Promise<void> {
  const space = nameOf(note.tag);
  await withLedger(note, 'fluxgate-chaos-undo', async (client) => {
    const { rowCount } = await client.query('select 1 from pg_tablespace where spcname = $1', [space]);
    if (rowCount === 0) return;
    await client.query(`set lock_timeout = ${lockMs}`);
    await client.query('alter table orders set tablespace pg_default');
    await client.query(`drop tablespace ${space}`);
  });
}

async function removeDisk(disk: string): Promise<void> {
  if (isMounted(disk)) await run('umount', [disk]);
  if (existsSync(disk)) rmdirSync(disk);
}

function nameOf(tag: string): string {
  return `fluxgate_chaos_${tag}`;
}

async function measure(client: Client): Promise<{ readonly bytes: number; readonly dataDir: string }> {
  const { rows } = await client.query<{ bytes: string; data_dir: string }>(
    `select pg_table_size('orders') as bytes, current_setting('data_directory') as data_dir`,
  );
  return { bytes: Number(rows[0]?.bytes ?? 0), dataDir: rows[0]?.data_dir ?? '' };
}

/** Takes every byte that is left. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (const piece of [Buffer.alloc(fillBytes), Buffer.alloc(1)]) {
      try {
        for (;;) writeSync(file, piece);
      } catch (error) {
        if (sqlStateOf(error) !== 'ENOSPC') throw error;
      }
    }
  } finally {
    closeSync(file);
  }
}

function isMounted(path: string): boolean {
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .some((line) => line.split(' ')[1] === path);
}
