import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'fluxgate-migrate-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

test('the schema of a data folder goes up, down and up again', async () => {
  const run = async (...args: readonly string[]) =>
    JSON.parse((await runCli(['migrate', ...args, '--json'], { cwd })).stdout);

  const { applied } = await run('up');
  const { undone } = await run('down', '--confirm', '.fluxgate');
  const { pending } = await run('status');
  const again = await run('up');

  expect(applied.length).toBeGreaterThan(0);
  expect(undone).toEqual([applied.at(-1)]);
  expect(pending).toEqual(undone);
  expect(again.applied).toEqual(undone);
});

test.each([
  ['migrate', 'status'],
  ['migrate', 'down', '--confirm', '.fluxgate'],
  ['orders', 'export'],
  ['dead-letters', 'list'],
])('%s %s makes no ledger where there is none', async (...args) => {
  const { code, stderr } = await runCli(args, { cwd });

  expect(code).toBe(24);
  expect(stderr).toContain('there is no ledger');
  expect(existsSync(join(cwd, '.fluxgate'))).toBe(false);
});

test('without its name nothing is destroyed, and the whole command to type is said', async () => {
  const { code, stderr } = await runCli(['migrate', 'down', '--steps', '2'], { cwd });

  expect(code).toBe(2);
  expect(stderr).toContain('  Try: fluxgate migrate down --steps 2 --confirm .fluxgate\n');
});

test('a name that is not the folder’s destroys nothing', async () => {
  const { code } = await runCli(['migrate', 'down', '--confirm', 'other'], { cwd });

  expect(code).toBe(2);
});
