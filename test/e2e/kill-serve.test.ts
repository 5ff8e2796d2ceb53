import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSeededRandom } from '../../src/adapters/memory/seeded-random.ts';
import { readHistory } from '../../src/toolkit/history/read-history.ts';
import { runLoad } from '../../src/toolkit/load/run-load.ts';
import { ask } from '../support/ask.ts';
import { buyersOf, type Heard } from '../support/buyers.ts';
import { aCrowd } from '../support/scenario.ts';
import { postgresPid, type Served, startServe } from '../support/serve.ts';
import { type ThrowawayFolder, throwawayFolder } from '../support/throwaway-folder.ts';
import { expectProven } from '../support/verdict.ts';

/** The long form is for a night; the short one for every commit. */
const rounds = process.env.FLUXGATE_LONG === '1' ? 30 : 4;
const seed = Number(process.env.FLUXGATE_SEED ?? Date.now() % 1_000_000);
const saleId = 'killed';
const productId = 'ticket';
/** Long enough that the kill falls into the crowd, whose later part meets the server that came back. */
const crowdSeconds = 2;
const ratePerSecond = 250;

let folder: ThrowawayFolder;
let served: Served;
const histories: string[] = [];

beforeAll(async () => {
  folder = throwawayFolder();
  served = await startServe(folder.dataDir);
}, 120_000);

afterAll(async () => {
  await folder?.remove();
});

describe(`serve killed with SIGKILL under load (FLUXGATE_SEED=${seed})`, () => {
  test.each(Array.from({ length: rounds }, (_, n) => n + 1))(
    'round %i loses nothing and sells nothing twice',
    async (n) => {
      const random = createSeededRandom(seed + n);
      // Some rounds sell out, in some there is enough for everybody.
      const stock = 50 + Math.floor(random.fraction() * 800);
      const killAfterMs = 100 + random.fraction() * (crowdSeconds * 1_000 - 300);
      const withDatabase = n % 3 === 0; // a power cut takes both
      await ask(served.url, 'POST', '/init', { saleId, productId, quantity: stock, limitPerUser: 2 });
      const history = `${folder.path}/round-${n}.ndjson`;

      const load = runLoad({
        scenario: aCrowd({ saleId, productId, stock, ratePerSecond, forSeconds: crowdSeconds, seed: seed + n }),
        target: () => served.url,
        saleId,
        crowd: `r${n}`,
        history,
      });
      await passed(killAfterMs);
      const database = postgresPid(folder.dataDir);
      if (withDatabase && database !== undefined) process.kill(database, 'SIGKILL');
      await served.end('SIGKILL');
      served = await startServe(folder.dataDir);
      const result = await load;

      expect(result.outcomes.server_error).toBeUndefined();
      const firsts = await ordersHeardIn(history);
      const again = `${folder.path}/round-${n}-again.ndjson`;
      const replayed = await orderAgain(firsts, again);
      for (const [index, first] of firsts.entries()) {
        expect({ key: first.key, outcome: replayed[index]?.outcome, orderId: replayed[index]?.orderId }).toEqual({
          key: first.key,
          outcome: 'duplicate',
          orderId: first.orderId,
        });
      }
      histories.push(history, again);
      const report = await expectProven(folder.dataDir, [history, again]);
      expect(report.classes).toMatchObject({ lost: 0, duplicated: 0, revoked: 0, stranded: 0 });
      expect(report.books.history.ordersHeard).toBeGreaterThanOrEqual(firsts.length);
    },
  );

  test('all rounds together are proven', async () => {
    const report = await expectProven(folder.dataDir, histories);

    expect(report.books.history.ordersHeard).toBeGreaterThan(0);
    expect(report.books.history.unknownKeys).toBeGreaterThanOrEqual(report.books.history.recovered);
  });
});

/** One entry a key that was answered with 200. */
async function ordersHeardIn(history: string): Promise<readonly Heard[]> {
  const byKey = new Map<string, Heard>();
  for await (const entry of readHistory(history)) {
    if (entry.orderId !== undefined && !byKey.has(entry.key)) byKey.set(entry.key, entry);
  }
  return [...byKey.values()];
}

async function orderAgain(firsts: readonly Heard[], history: string): Promise<readonly Heard[]> {
  const buyers = buyersOf(served.url);
  try {
    const heard = await buyers.order(firsts.map(({ userId, key, lines }) => ({ saleId, userId, key, lines })));
    await buyers.write(history);
    return heard;
  } finally {
    await buyers.close();
  }
}

function passed(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
