import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDataFolder } from '../../../../src/adapters/embedded-postgres/data-folder.ts';

let root: string;
let children: ChildProcess[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fluxgate-folder-'));
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

const source = new URL('../../../../src/adapters/embedded-postgres/data-folder.ts', import.meta.url).href;

/** Another process that opens the folder and stays; resolves with what it said first. */
async function another(folder: string): Promise<{ readonly child: ChildProcess; readonly said: string }> {
  const script = `
    import { openDataFolder } from ${JSON.stringify(source)};
    try { openDataFolder(${JSON.stringify(folder)}); console.log('opened'); setInterval(() => {}, 1000); }
    catch (error) { console.log(error.code + ': ' + error.message); }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [chunk] = await once(child.stdout, 'data');
  return { child, said: String(chunk).trim() };
}

it('makes the folder for its owner only', () => {
  const folder = openDataFolder(join(root, 'a', 'b'));

  expect(statSync(folder.path).mode & 0o777).toBe(0o700);
  folder.close();
  expect(existsSync(join(folder.path, 'lock'))).toBe(false);
});

it('refuses a folder that is in use, naming the process and what to do', async () => {
  const { child } = await another(join(root, 'data'));

  expect(() => openDataFolder(join(root, 'data'))).toThrow(
    expect.objectContaining({
      code: 'data_folder_locked',
      message: expect.stringContaining(`process ${child.pid}`),
      hint: expect.stringContaining('--data-dir'),
    }),
  );
});

it('reclaims the lock of a process that was killed', async () => {
  const { child } = await another(join(root, 'data'));
  child.kill('SIGKILL');
  await once(child, 'exit');

  const folder = openDataFolder(join(root, 'data'));

  expect(readFileSync(join(folder.path, 'lock'), 'utf8')).toContain(`"pid":${process.pid},`);
  folder.close();
  expect(readdirSync(folder.path)).toEqual([]);
});

it('takes a lock as stale where its pid belongs to another process by now', () => {
  const first = openDataFolder(join(root, 'data'));
  const lock = join(first.path, 'lock');
  const holder = JSON.parse(readFileSync(lock, 'utf8'));
  writeFileSync(lock, JSON.stringify({ ...holder, identity: 'an earlier process' }));

  openDataFolder(first.path).close();

  expect(existsSync(lock)).toBe(false);
});

it('of many that find a stale lock at once, one gets the folder', async () => {
  const { child } = await another(join(root, 'data'));
  child.kill('SIGKILL');
  await once(child, 'exit');

  const all = await Promise.all(Array.from({ length: 6 }, () => another(join(root, 'data'))));

  expect(all.filter(({ said }) => said === 'opened')).toHaveLength(1);
  expect(all.filter(({ said }) => said.startsWith('data_folder_locked'))).toHaveLength(5);
});

it('goes on where one was killed while it reclaimed a stale lock', () => {
  const folder = openDataFolder(join(root, 'data'));
  const dead = (nonce: string) => JSON.stringify({ pid: process.pid, identity: 'an earlier process', nonce });
  writeFileSync(join(folder.path, 'lock'), dead('one'));
  writeFileSync(join(folder.path, 'lock.after-one'), dead('two'));

  const again = openDataFolder(folder.path);

  expect(readdirSync(folder.path)).toEqual(['lock']);
  again.close();
});

it('says what is wrong with a folder that cannot be used', () => {
  writeFileSync(join(root, 'file'), '');

  const unusable = expect.objectContaining({
    code: 'data_folder_unusable',
    message: expect.stringContaining('in the way'),
  });
  expect(() => openDataFolder(join(root, 'file'))).toThrow(unusable);
  expect(() => openDataFolder(join(root, 'file', 'below'))).toThrow(unusable);
});
