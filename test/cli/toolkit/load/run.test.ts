import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCli } from '../../../support/cli.ts';

test('load run refuses a report that cannot be written before it runs, and leaves no empty one', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'fluxgate-run-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  const server = ['--url', 'http://127.0.0.1:1'];

  const refused = await runCli(['load', 'run', 'smoke', '--report', 'none/run.json', ...server], { cwd });
  const checked = await runCli(['load', 'run', 'smoke', '--report', 'run.json', ...server], { cwd });

  expect(refused.code).toBe(24);
  expect(refused.stderr).toContain('the report none/run.json cannot be written');
  expect(checked.stderr).not.toContain('cannot be written');
  expect(existsSync(join(cwd, 'run.json'))).toBe(false);
});
