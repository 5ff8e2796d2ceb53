import { afterAll, beforeAll, expect, test } from 'vitest';
import { readHistory } from '../../src/toolkit/history/read-history.ts';
import { runLoad } from '../../src/toolkit/load/run-load.ts';
import { ask } from '../support/ask.ts';
import { eventually } from '../support/eventually.ts';
import { isRunning } from '../support/process-state.ts';
import { aCrowd } from '../support/scenario.ts';
import { isReady, postgresPid, type Served, startServe } from '../support/serve.ts';
import { type ThrowawayFolder, throwawayFolder } from '../support/throwaway-folder.ts';
import { expectProven } from '../support/verdict.ts';

const saleId = 'robust';
const productId = 'ticket';

let folder: ThrowawayFolder;
let served: Served;

beforeAll(async () => {
  folder = throwawayFolder();
  served = await startServe(folder.dataDir);
}, 120_000);

afterAll(async () => {
  await folder?.remove();
});

async function killDatabaseUnderLoad(crowd: string, seed: number): Promise<readonly (number | null)[]> {
  const stock = 2_000;
  await ask(served.url, 'POST', '/init', { saleId, productId, quantity: stock, limitPerUser: 2 });
  const history = `${folder.path}/${crowd}.ndjson`;
  let heard = 0;
  const target = { target: served.url, saleId };
  const load = runLoad({
    scenario: aCrowd({ saleId, productId, stock, ratePerSecond: 150, forSeconds: 4, seed }),
    ...target,
    crowd,
    history,
    onProgress: (progress) => {
      heard = progress.outcomes.accepted ?? 0;
    },
    progressEveryMs: 20,
  });
  await eventually('the crowd buys', () => heard > 50);
  const killed = postgresPid(folder.dataDir);
  if (killed === undefined) throw new Error('no PostgreSQL runs');
  process.kill(killed, 'SIGKILL');
  await load;
  await eventually('serve is ready again', () => isReady(served.url));

  // A slow machine is ready again only when that crowd has gone.
  const later = `${folder.path}/${crowd}-later.ndjson`;
  const scenario = aCrowd({ saleId, productId, stock, ratePerSecond: 50, forSeconds: 1, seed });
  const result = await runLoad({ scenario, ...target, crowd: `${crowd}-later`, history: later });
  expect(result.outcomes.accepted?.latencyMs.n).toBeGreaterThan(0);
  expect(postgresPid(folder.dataDir)).not.toBe(killed);
  expect(isRunning(served.pid)).toBe(true);
  await expectProven(folder.dataDir, [history, later]);
  const statuses = new Set<number | null>();
  for await (const entry of readHistory(history)) statuses.add(entry.status);
  return [...statuses];
}

test('answers 200, 409 or 503 and nothing else while the database is killed, and goes on by itself', async () => {
  const statuses = await killDatabaseUnderLoad('first', 1);

  expect(statuses.filter((status) => status === null || ![200, 409, 503].includes(status))).toEqual([]);
});

test('does the same with a database that had survived an earlier serve', async () => {
  await served.end('SIGKILL');
  served = await startServe(folder.dataDir);

  const statuses = await killDatabaseUnderLoad('second', 2);

  expect(statuses.filter((status) => status === null || ![200, 409, 503].includes(status))).toEqual([]);
});
