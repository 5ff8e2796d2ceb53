import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bringRedis } from '../../../../src/toolkit/stack/native/bring-redis.ts';
import { runProgram } from '../../../../src/toolkit/stack/native/run-program.ts';

let cacheDir: string;
beforeEach(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'fluxgate-cache-'));
});
afterEach(() => rmSync(cacheDir, { recursive: true, force: true }));

it('brings a Redis that starts, out of packages, to two callers at once', { tags: ['debian'] }, async () => {
  const [one, other] = await Promise.all([
    bringRedis(cacheDir, { installed: [] }),
    bringRedis(cacheDir, { installed: [] }),
  ]);

  expect(other).toEqual(one);
  expect(one.server.startsWith(cacheDir)).toBe(true);
  expect(await runProgram(one.server, ['--version'], { timeoutMs: 10_000 })).toMatch(/server v=[789]/);
  expect(readdirSync(cacheDir).filter((name) => name.includes('making'))).toEqual([]);
});
