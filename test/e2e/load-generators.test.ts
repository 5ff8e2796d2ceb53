import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadResultSchema } from '../../src/toolkit/load/load-result.ts';
import { runCli, startCli } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { type Served, startServe } from '../support/serve.ts';
import { type ThrowawayFolder, throwawayFolder } from '../support/throwaway-folder.ts';
import { expectProven } from '../support/verdict.ts';

let folder: ThrowawayFolder;
let served: Served;

beforeAll(async () => {
  folder = throwawayFolder();
  served = await startServe(folder.dataDir);
});
afterAll(() => folder?.remove());

/** A scenario file: that many buyers a second for so long. */
function scenarioOf(ratePerSecond: number, forSeconds: number): string {
  const path = join(folder.path, `scenario-${ratePerSecond}-${forSeconds}.yaml`);
  const lines = [
    'title: a few',
    'sale: { products: [{ productId: seat, quantity: 40 }] }',
    `arrivals: [{ constant: { ratePerSecond: ${ratePerSecond}, forSeconds: ${forSeconds} } }]`,
    'buyers: { count: 1000 }',
    'thresholds: { maxErrorRate: 0.5 }',
  ];
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

test('two generators sell one sale: one result of the published schema, one history that verify proves', async () => {
  const history = join(folder.path, 'two.ndjson');
  const args = ['load', 'run', scenarioOf(40, 2), '--generators', '2', '--history', history, '--json'];

  const { code, stdout, stderr } = await runCli([...args, '--url', served.url], { cwd: folder.path });

  // a machine with too much to do makes the run inconclusive, and that is right
  expect([0, 23], stderr).toContain(code);
  const result = JSON.parse(stdout);
  const isResult = new Ajv2020({ validateFormats: false }).compile(loadResultSchema);
  expect(isResult(result), JSON.stringify(isResult.errors)).toBe(true);
  expect(result).toMatchObject({ arrivals: { planned: 80, arrived: 80 }, generator: { died: 0 }, sharedMachine: true });
  expect(result.generator.processes).toHaveLength(2);
  expect(result.outcomes.accepted.latencyMs.n).toBe(40);
  const report = await expectProven(folder.dataDir, [history]);
  expect(report.books.history.requests).toBe(80);
});

test('Ctrl-C ends all generators, and the run is told of as interrupted', async () => {
  const args = ['load', 'run', scenarioOf(20, 60), '--generators', '2', '--url', served.url];
  const running = startCli(args, { cwd: folder.path, ownGroup: true });
  await running.waitFor(/req\/s/);

  process.kill(-running.pid, 'SIGINT');
  const { code, stdout } = await running.ended;

  expect(code).toBe(130);
  expect(stdout).toContain('the run was interrupted');
  await eventually('nobody of its group is left', () => !isAlive(-running.pid));
});

test('load max searches between its rates with its own runs, and ends with 23 where its budget is spent', {
  tags: ['long'],
}, async () => {
  const args = ['load', 'max', scenarioOf(1, 1), '--url', served.url, '--json', '--seconds', '1', '--connections', '3'];
  const max = async (...more: readonly string[]) => {
    const { code, stdout, stderr } = await runCli([...args, ...more], { cwd: folder.path, deadlineMs: 120_000 });
    return { code, document: JSON.parse(stdout), stderr };
  };

  const found = await max('--from', '10', '--to', '10', '--generators', '2');
  const poor = await max('--max-requests', '6');
  const short = await max('--max-seconds', '1');
  const wrong = await max('--from', '20', '--to', '10');

  expect([0, 23], found.stderr).toContain(found.code);
  expect(found.document).toMatchObject({
    format: 'fluxgate-load-max',
    closedLoop: { tool: 'autocannon', connections: 3 },
  });
  expect(new Set(found.document.probes.map((probe: { ratePerSecond: number }) => probe.ratePerSecond))).toEqual(
    new Set([10]),
  );
  expect([poor.code, poor.document.limitedBy, poor.document.maxPerSecond]).toEqual([23, 'requests', null]);
  expect([short.code, short.document.limitedBy]).toEqual([23, 'time']);
  expect([wrong.code, wrong.document.error.code]).toEqual([2, 'usage']);
});

test('load max is no load for a machine of somebody else', async () => {
  const args = ['load', 'max', scenarioOf(1, 1), '--url', 'http://shop.example.com'];

  const { code, stderr } = await runCli(args, { cwd: folder.path });

  expect(code).toBe(2);
  expect(stderr).toContain('--i-own-this-target');
});

/** Whether anybody lives in the process group of a negative id. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
