// @module-tag linux
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { type Buyers, buyersOf, type Wish } from '../support/buyers.ts';
import { runCli } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { isReady, postgresPid, type Served, startServe } from '../support/serve.ts';
import { type ThrowawayFolder, throwawayFolder } from '../support/throwaway-folder.ts';
import { expectProven } from '../support/verdict.ts';

const productId = 'ticket';

let folder: ThrowawayFolder;

beforeEach(() => {
  folder = throwawayFolder();
});

afterEach(async () => {
  await folder.remove();
});

/** A disk of its own for the data folder. Only root may mount one. */
function mountDisk(sizeMb: number): boolean {
  mkdirSync(folder.dataDir, { recursive: true });
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'tmpfs', folder.dataDir]).status === 0;
}

/** Takes every byte that is left. */
function fill(): void {
  spawnSync('dd', ['if=/dev/zero', `of=${join(folder.dataDir, 'filler')}`, 'bs=64k'], { stdio: 'ignore' });
}

let wave = 0;
async function sellWave(buyers: Buyers): Promise<ReadonlySet<string>> {
  wave += 1;
  const wishes: Wish[] = Array.from({ length: 40 }, (_, n) => ({
    userId: `buyer-${wave}-${n}`,
    key: `key-${wave}-${n}`,
    lines: [{ productId, quantity: 1 }],
  }));
  const heard = await buyers.order(wishes);
  return new Set(heard.map((one) => one.outcome));
}

/** Orders until nobody is accepted any more, then mends it, then orders until somebody is again: one serve, all the time. */
async function sellThrough(
  served: Served,
  fault: { readonly begin: () => void; readonly mend: () => void },
): Promise<void> {
  await ask(served.url, 'POST', '/init', { productId, quantity: 1_000_000 });
  const buyers = buyersOf(served.url);
  try {
    expect(await sellWave(buyers)).toEqual(new Set(['accepted']));
    fault.begin();
    await eventually('orders are no longer accepted', async () => !(await sellWave(buyers)).has('accepted'), 90_000);
    fault.mend();
    await eventually('orders are accepted again', async () => (await sellWave(buyers)).has('accepted'), 60_000);

    const odd = buyers.heard.filter((one) => one.status === null || ![200, 409, 503].includes(one.status));
    expect(odd).toEqual([]);
    expect(served.cli.child.exitCode).toBeNull();
    await eventually('serve is ready again', () => isReady(served.url));
    await buyers.write(`${folder.path}/buyers.ndjson`);
  } finally {
    await buyers.close();
  }
  await expectProven(folder.dataDir, [`${folder.path}/buyers.ndjson`]);
}

/** The database and every process of it. */
function databaseProcesses(): readonly number[] {
  const postmaster = postgresPid(folder.dataDir);
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || postmaster === undefined) return [];
    try {
      const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return pid === postmaster || Number(parent) === postmaster ? [pid] : [];
    } catch {
      return []; // it went meanwhile
    }
  });
}

/** The soft limit of what a process may write: a process of the same user may change it, so no root is needed. */
function limitFiles(pid: number, bytes: number | 'unlimited'): void {
  const owner = statSync(`/proc/${pid}`, { throwIfNoEntry: false });
  if (owner === undefined) return;
  const asOwner = process.getuid?.() === owner.uid ? {} : { uid: owner.uid, gid: owner.gid };
  spawnSync('prlimit', [`--pid=${pid}`, `--fsize=${bytes}:unlimited`], { stdio: 'ignore', ...asOwner });
}

test('goes on by itself after the system has refused what the database writes', async () => {
  const served = await startServe(folder.dataDir);
  let refusing: NodeJS.Timeout | undefined;
  const limitAll = (bytes: number | 'unlimited') => {
    for (const pid of databaseProcesses()) limitFiles(pid, bytes);
  };

  try {
    await sellThrough(served, {
      begin() {
        // Nobody writes beyond the first 8 KB of any file; new processes of it are met soon after their start.
        refusing = setInterval(() => limitAll(8_192), 20);
        limitAll(8_192);
      },
      mend() {
        clearInterval(refusing);
        limitAll('unlimited');
      },
    });
  } finally {
    clearInterval(refusing);
  }
});

test('answers 503 while the disk is full, loses nothing, and sells again once there is room', {
  tags: ['mount'],
}, async () => {
  expect(mountDisk(192)).toBe(true);
  const served = await startServe(folder.dataDir);

  await sellThrough(served, { begin: fill, mend: () => rmSync(join(folder.dataDir, 'filler')) });
});

test('says that the disk is full where not even the database fits on it, and leaves nothing running', {
  tags: ['mount'],
}, async () => {
  expect(mountDisk(8)).toBe(true);

  const { code, stderr } = await runCli(['serve', '--port', '0', '--data-dir', folder.dataDir]);

  expect(code).toBe(24);
  expect(stderr).toMatch(/No space left on device|disk is full/);
  expect(readdirSync(folder.dataDir).filter((name) => name === 'lock' || name === 'postgres')).toEqual([]);
  expect(postgresPid(folder.dataDir)).toBeUndefined();
});
