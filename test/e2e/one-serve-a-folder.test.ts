import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { buyersOf } from '../support/buyers.ts';
import { runCli } from '../support/cli.ts';
import { untilGone } from '../support/process-state.ts';
import { postgresPid, startServe } from '../support/serve.ts';
import { ownerOf, type ThrowawayFolder, throwawayFolder } from '../support/throwaway-folder.ts';
import { expectProven } from '../support/verdict.ts';

let folder: ThrowawayFolder;

beforeEach(() => {
  folder = throwawayFolder();
});

afterEach(async () => {
  await folder.remove();
});

test('refuses a second serve on the same data folder, naming the first; the first goes on', async () => {
  const first = await startServe(folder.dataDir);
  const args = ['serve', '--data-dir', folder.dataDir, '--port', '0'];

  const second = await runCli(args);
  const asJson = await runCli([...args, '--json']);

  expect(second.code).toBe(24);
  expect(second.stderr).toContain(`in use by process ${first.pid}`);
  expect(second.stderr).toContain('--data-dir');
  expect(asJson.code).toBe(24);
  expect(JSON.parse(asJson.stdout)).toMatchObject({ error: { code: 'data_folder_locked' } });
  expect((await ask(first.url, 'GET', '/readyz')).status).toBe(200);
});

test('reclaims the lock and the database of a serve that was killed', async () => {
  const killed = await startServe(folder.dataDir);
  await ask(killed.url, 'POST', '/init', { productId: 'ticket', quantity: 3 });
  const buyers = buyersOf(killed.url);
  await buyers.order([{ userId: 'ada', key: 'first', lines: [{ productId: 'ticket', quantity: 1 }] }]);
  await buyers.write(`${folder.path}/before.ndjson`);
  await buyers.close();
  const survivor = postgresPid(folder.dataDir);
  await killed.end('SIGKILL');
  expect(ownerOf(folder.dataDir)).toBe(killed.pid); // its lock is still there
  expect(postgresPid(folder.dataDir)).toBe(survivor); // and so is its database

  const next = await startServe(folder.dataDir);

  expect(ownerOf(folder.dataDir)).toBe(next.pid);
  expect(postgresPid(folder.dataDir)).toBe(survivor);
  await expectProven(folder.dataDir, [`${folder.path}/before.ndjson`]);
  const ended = await next.end('SIGTERM');
  expect(ended.code).toBe(0);
  if (survivor !== undefined) await untilGone(survivor); // the adopted one ends with its new owner
  expect(existsSync(join(folder.dataDir, 'lock'))).toBe(false);
});

test('starts on a folder whose serve and database were both killed', async () => {
  const killed = await startServe(folder.dataDir);
  await ask(killed.url, 'POST', '/init', { productId: 'ticket', quantity: 3 });
  const database = postgresPid(folder.dataDir);
  if (database !== undefined) process.kill(database, 'SIGKILL');
  await killed.end('SIGKILL');

  const next = await startServe(folder.dataDir);

  expect((await ask(next.url, 'GET', '/inventory/ticket')).body).toMatchObject({ total: 3, free: 3 });
  expect(postgresPid(folder.dataDir)).not.toBe(database);
});
