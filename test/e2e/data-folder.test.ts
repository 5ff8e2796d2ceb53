import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { type ThrowawayFolder, throwawayFolder } from '../support/throwaway-folder.ts';

let folder: ThrowawayFolder;

beforeEach(() => {
  folder = throwawayFolder();
});

afterEach(async () => {
  await folder.remove();
});

const serve = (dataDir: string) => runCli(['serve', '--port', '0', '--data-dir', dataDir]);

test('says that a file is in the way where the data folder is one', async () => {
  const path = join(folder.path, 'file');
  writeFileSync(path, '');

  const { code, stderr, stdout } = await serve(path);

  expect({ code, stdout }).toEqual({ code: 24, stdout: '' });
  expect(stderr).toContain(`the data folder ${path} cannot be used: a file is in the way`);
  expect(stderr).toContain('--data-dir');
  expect(stderr).not.toContain('    at '); // no stack trace
});

test('says so where a folder above it is a file', async () => {
  writeFileSync(join(folder.path, 'file'), '');

  const { code, stderr } = await serve(join(folder.path, 'file', 'data'));

  expect(code).toBe(24);
  expect(stderr).toContain('a file is in the way');
});

test('says so where the folder cannot be made or written', async () => {
  // /proc takes no folders from anybody, root included; everybody else is kept out by the mode, too.
  const readOnly = join(folder.path, 'read-only');
  mkdirSync(readOnly);
  chmodSync(readOnly, 0o555);
  const unwritable = process.getuid?.() === 0 ? '/proc/fluxgate' : readOnly;

  const { code, stderr } = await serve(unwritable);

  expect(code).toBe(24);
  expect(stderr).toContain(`the data folder ${unwritable} cannot be used`);
  expect(stderr).not.toContain('    at ');
});

test('refuses a data folder whose database was damaged, saying where to look, and ends with 24', async () => {
  mkdirSync(join(folder.dataDir, 'postgres'), { recursive: true });
  writeFileSync(join(folder.dataDir, 'postgres', 'PG_VERSION'), '18\n');

  const { code, stderr } = await serve(folder.dataDir);

  expect(code).toBe(24);
  expect(stderr).toContain('postgres.json is missing or damaged');
});
