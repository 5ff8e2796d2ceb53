import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { LoadResult } from '../../src/toolkit/load/load-result.ts';
import { runCli } from './cli.ts';
import { startServe } from './serve.ts';
import { throwawayFolder } from './throwaway-folder.ts';

const folder = join(import.meta.dirname, '../../scenarios');

/** The names of all that ship. */
export const shippedScenarioNames: readonly string[] = readdirSync(folder).flatMap((file) =>
  file.endsWith('.yaml') ? file.slice(0, -5) : [],
);

/** A server to run scenarios on, and its data folder. */
export async function startScenarioServer() {
  const data = throwawayFolder();
  // the addresses of the bots are believed, as behind a proxy on this machine
  const served = await startServe(data.dataDir, { env: { FLUXGATE_TRUST_PROXY: '127.0.0.1' } });
  return { ...data, url: served.url };
}

/** Runs a scenario that ships on a server, and expects of the run and of `verify` what the scenario is for. */
export async function proveScenario(
  name: string,
  server: Awaited<ReturnType<typeof startScenarioServer>>,
  deadlineMs: number,
): Promise<void> {
  const history = join(server.path, `${name}.ndjson`);

  const run = await runCli(['load', 'run', name, '--url', server.url, '--history', history, '--json'], { deadlineMs });
  const verified = await runCli(
    ['verify', '--data-dir', server.dataDir, '--history', history, '--wait', '60s', '--json'],
    { deadlineMs },
  );

  // a machine that does much else may be slow, which proves nothing (23) or fails a latency (21); nothing else may fail
  expect([0, 21, 23], run.stderr).toContain(run.code);
  const result: LoadResult = JSON.parse(run.stdout);
  expect(result.ended).toBe('completed');
  expect(result.thresholds.filter(({ name: of, ok }) => !ok && !/\(ms\)$/.test(of))).toEqual([]);
  expect(result.outcomes.accepted?.latencyMs.n).toBeGreaterThan(0);
  expect(verified.code, verified.stdout).toBe(0);
}
