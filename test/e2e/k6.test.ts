// @module-tag k6
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { runCli } from '../support/cli.ts';
import { type Served, startServe } from '../support/serve.ts';
import { type ThrowawayFolder, throwawayFolder } from '../support/throwaway-folder.ts';

const script = join(import.meta.dirname, '../../scenarios/k6/flash-sale.js');
/** k6 says so where a threshold failed. */
const thresholdsFailed = 99;

let folder: ThrowawayFolder;
let served: Served;

beforeAll(async () => {
  folder = throwawayFolder();
  served = await startServe(folder.dataDir);
}, 120_000);

afterAll(() => folder?.remove());

function k6(args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    execFile('k6', args, { timeout: 240_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, output: `${stdout}\n${stderr}` });
    });
  });
}

test('the flash sale for k6 runs unchanged, sells the stock out and no unit more', {
  tags: ['long'],
  timeout: 300_000,
}, async () => {
  const summary = join(folder.path, 'summary.json');

  const { code, output } = await k6([
    'run',
    '-e',
    `URL=${served.url}`,
    '-e',
    'SCALE=0.02',
    '--summary-export',
    summary,
    script,
  ]);

  // slow answers are the machine's affair here
  expect([0, thresholdsFailed], output).toContain(code);
  const { metrics } = JSON.parse(await readFile(summary, 'utf8'));
  expect(metrics.errors.value, output).toBe(0);
  expect(metrics.iterations.count + (metrics.dropped_iterations?.count ?? 0)).toBeGreaterThan(1_900);
  const { body } = await ask(served.url, 'GET', '/sales');
  expect(body.sales).toMatchObject([{ state: 'closed', products: [{ total: 16 }, { total: 4 }] }]);
  const verified = await runCli(['verify', '--data-dir', folder.dataDir, '--wait', '60s', '--json']);
  expect(verified.code, verified.stdout).toBe(0);
});
