import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';

const empty = mkdtempSync(join(tmpdir(), 'fluxgate-bench-gate-'));
afterAll(() => rmSync(empty, { recursive: true, force: true }));

test('bench gate without a stack ends with 24 and names the command that starts one', async () => {
  const { code, stdout, stderr } = await runCli(['bench', 'gate'], { cwd: empty });

  expect(code).toBe(24);
  expect(stderr).toContain('fluxgate stack up');
  expect(stdout).toBe('');
});

test('bench gate is no load for the Redis of another machine', async () => {
  const { code, stderr } = await runCli(['bench', 'gate', '--redis', 'redis.example.com:6379'], { cwd: empty });

  expect(code).toBe(2);
  expect(stderr).toContain('this machine');
});
