import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LoadResult } from '../../src/toolkit/load/load-result.ts';
import { runCli } from '../support/cli.ts';
import { type Served, startServe } from '../support/serve.ts';
import { type ThrowawayFolder, throwawayFolder } from '../support/throwaway-folder.ts';

const root = join(import.meta.dirname, '../..');
const names = readdirSync(join(root, 'scenarios')).flatMap((file) => (file.endsWith('.yaml') ? file.slice(0, -5) : []));
/** The others take minutes together, one of them a quarter of an hour. */
const short: readonly string[] = ['smoke'];
/** Half an hour: the soak test and what it leaves to verify. */
const longestMs = 30 * 60_000;

let folder: ThrowawayFolder;
let served: Served;

beforeAll(async () => {
  folder = throwawayFolder();
  // the addresses of the bots are believed, as behind a proxy on this machine
  served = await startServe(folder.dataDir, { env: { FLUXGATE_TRUST_PROXY: '127.0.0.1' } });
}, 120_000);

afterAll(() => folder?.remove());

describe('a scenario that ships', () => {
  for (const name of names) {
    const options = { tags: short.includes(name) ? [] : ['long'], timeout: longestMs };
    test(`runs on a server, and proves what it is for: ${name}`, options, async () => {
      const history = join(folder.path, `${name}.ndjson`);

      const run = await runCli(['load', 'run', name, '--url', served.url, '--history', history, '--json'], {
        deadlineMs: longestMs,
      });
      const verified = await runCli(
        ['verify', '--data-dir', folder.dataDir, '--history', history, '--wait', '60s', '--json'],
        { deadlineMs: longestMs },
      );

      // a machine that does much else may be slow, which proves nothing (23) or fails a latency (21); nothing else may fail
      expect([0, 21, 23], run.stderr).toContain(run.code);
      const result: LoadResult = JSON.parse(run.stdout);
      expect(result.ended).toBe('completed');
      expect(result.thresholds.filter(({ name: of, ok }) => !ok && !/\(ms\)$/.test(of))).toEqual([]);
      expect(result.outcomes.accepted?.latencyMs.n).toBeGreaterThan(0);
      expect(verified.code, verified.stdout).toBe(0);
    });
  }
});
