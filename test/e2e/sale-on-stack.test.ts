import { afterAll, beforeAll, expect, test } from 'vitest';
import { readHistory } from '../../src/toolkit/history/read-history.ts';
import { runLoad } from '../../src/toolkit/load/run-load.ts';
import type { VerifyReport } from '../../src/toolkit/verify/report-schema.ts';
import { ask } from '../support/ask.ts';
import { type RunningCli, runCli, startCli } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { aCrowd } from '../support/scenario.ts';
import { isReady, type Served, startServe } from '../support/serve.ts';
import { type ThrowawayFolder, throwawayFolder } from '../support/throwaway-folder.ts';
import { type ThrowawayStack, throwawayStack } from '../support/throwaway-stack.ts';

const saleId = 'night';
const productId = 'ticket';
/** A worker that died leaves its partitions for Kafka's session timeout, and a rebuild waits for the markers behind it. */
const recoverMs = 60_000;

let folder: ThrowawayFolder;
let stack: ThrowawayStack;
let env: Readonly<Record<string, string>>;
let served: Served;
let worker: RunningCli;

beforeAll(async () => {
  folder = throwawayFolder();
  stack = throwawayStack();
  await stack.up();
  env = {
    FLUXGATE_MODE: 'stack',
    FLUXGATE_STACK_DIR: stack.stackDir,
    FLUXGATE_DATA_DIR: folder.dataDir,
    FLUXGATE_LOG_LEVEL: 'warn',
  };
  expect(await runCli(['migrate', 'up'], { env, cwd: folder.path })).toMatchObject({ code: 0 });
  worker = await startWorker();
  served = await startServe(folder.dataDir, { env });
}, 180_000);

afterAll(async () => {
  for (const cli of [served?.cli, worker]) {
    cli?.kill('SIGTERM');
    await cli?.ended;
  }
  await stack?.remove();
  await folder?.remove();
});

async function startWorker(): Promise<RunningCli> {
  const cli = startCli(['worker', '--port', '0'], { env, cwd: folder.path, deadlineMs: 30 * 60_000 });
  await cli.waitFor(/worker ready/, 60_000);
  return cli;
}

async function expectProven(history: string): Promise<VerifyReport> {
  const result = await runCli(['verify', '--json', '--history', history, '--wait', '60s'], {
    env,
    cwd: folder.path,
    deadlineMs: 120_000,
  });
  // Our own command's document, of the schema it publishes.
  const report = JSON.parse(result.stdout) as VerifyReport;
  expect({ code: result.code, summary: report.summary, reasons: report.reasons }).toMatchObject({
    code: 0,
    reasons: [],
  });
  return report;
}

/** Sends a crowd, lets something happen once it buys, waits until the server is ready again, and verifies. */
async function sellThrough(crowd: string, seed: number, happen: () => Promise<unknown>): Promise<VerifyReport> {
  const stock = 1_000;
  await ask(served.url, 'POST', '/init', { saleId, productId, quantity: stock, limitPerUser: 2 });
  const history = `${folder.path}/${crowd}.ndjson`;
  let heard = 0;
  const load = runLoad({
    scenario: aCrowd({ saleId, productId, stock, ratePerSecond: 100, forSeconds: 4, seed }),
    target: served.url,
    saleId,
    crowd,
    history,
    onProgress: (progress) => {
      heard = progress.outcomes.accepted ?? 0;
    },
    progressEveryMs: 20,
  });
  await eventually('the crowd buys', () => heard > 50, 30_000);
  await happen();
  await load;
  await eventually('the gate is open again', () => isReady(served.url), recoverMs);
  const report = await expectProven(history);
  const statuses = new Set<number | null>();
  for await (const { status } of readHistory(history)) statuses.add(status);
  expect([...statuses].filter((status) => status === null || ![200, 409, 503].includes(status))).toEqual([]);
  return report;
}

test('sells on Redis, Kafka and PostgreSQL, and verify compares all four books', async () => {
  const report = await sellThrough('calm', 1, async () => {});

  expect(report.books.gate.state).toBe('read');
  expect(report.books.orderLog.records).toBeGreaterThan(50);
});

test('loses Redis with everything in it under load, makes the gate anew, and keeps every promise', async () => {
  const epochs = async () => (await ask(served.url, 'GET', `/inventory/${productId}`)).body.epoch;
  const before = await epochs();

  await sellThrough('gate-lost', 2, async () => {
    const redis = (await stack.up()).find(({ name }) => name === 'redis');
    process.kill(redis?.pid ?? 0, 'SIGKILL');
    await stack.up();
  });

  expect(await epochs()).toBeGreaterThan(before);
});

test('goes on with another worker where one is killed', async () => {
  await sellThrough('worker-killed', 3, async () => {
    worker.kill('SIGKILL');
    await worker.ended;
    worker = await startWorker();
  });
});
