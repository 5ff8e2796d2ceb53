import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cachedArtifact } from '../../../../src/toolkit/stack/native/cached-artifact.ts';

let cacheDir: string;
beforeEach(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'fluxgate-cache-'));
});
afterEach(() => rmSync(cacheDir, { recursive: true, force: true }));

test('is built once', async () => {
  let builds = 0;
  const build = async (folder: string) => {
    builds += 1;
    writeFileSync(join(folder, 'it'), 'complete');
  };

  const first = await cachedArtifact(cacheDir, 'thing-1', build);
  const second = await cachedArtifact(cacheDir, 'thing-1', build);

  expect(second).toBe(first);
  expect(builds).toBe(1);
  expect(readFileSync(join(first, 'it'), 'utf8')).toBe('complete');
});

test('callers that build at once get the same, and no half of it', async () => {
  const build = async (folder: string) => {
    writeFileSync(join(folder, 'one'), '');
    await new Promise((resolve) => setImmediate(resolve));
    writeFileSync(join(folder, 'other'), '');
  };

  const folders = await Promise.all([1, 2, 3].map(() => cachedArtifact(cacheDir, 'thing-1', build)));

  expect(new Set(folders).size).toBe(1);
  expect(readdirSync(folders[0] ?? '')).toEqual(['one', 'other']);
  expect(readdirSync(cacheDir)).toEqual(['thing-1']);
});

test('a build that fails leaves nothing, and is tried again', async () => {
  const failing = cachedArtifact(cacheDir, 'thing-1', async (folder) => {
    writeFileSync(join(folder, 'half'), '');
    throw new Error('no network');
  });

  await expect(failing).rejects.toThrow('no network');
  expect(readdirSync(cacheDir)).toEqual([]);
  expect(existsSync(await cachedArtifact(cacheDir, 'thing-1', async () => {}))).toBe(true);
});

test('what a killed build left long ago is removed; what may still be under way is not', async () => {
  const old = mkdtempSync(join(cacheDir, 'thing-1.making-'));
  const young = mkdtempSync(join(cacheDir, 'thing-1.making-'));
  const yesterday = new Date(Date.now() - 24 * 60 * 60_000);
  utimesSync(old, yesterday, yesterday);

  await cachedArtifact(cacheDir, 'thing-1', async () => {});

  expect(existsSync(old)).toBe(false);
  expect(existsSync(young)).toBe(true);
});

test('a cache that cannot be written to names the setting', async () => {
  writeFileSync(join(cacheDir, 'file'), '');

  await expect(cachedArtifact(join(cacheDir, 'file'), 'thing-1', async () => {})).rejects.toMatchObject({
    code: 'cache_unusable',
    hint: expect.stringContaining('FLUXGATE_CACHE_DIR'),
  });
});
