import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readHistory } from '../../src/toolkit/history/read-history.ts';
import { runLoad } from '../../src/toolkit/load/run-load.ts';
import { ask } from '../support/ask.ts';
import { startCli } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { isRunning } from '../support/process-state.ts';
import { aCrowd } from '../support/scenario.ts';
import { postgresPid, type Served, startServe } from '../support/serve.ts';
import { type ThrowawayFolder, throwawayFolder } from '../support/throwaway-folder.ts';
import { expectProven, verdictOf } from '../support/verdict.ts';

const saleId = 'stopped';
const productId = 'ticket';

let folder: ThrowawayFolder;

beforeEach(() => {
  folder = throwawayFolder();
});

afterEach(async () => {
  await folder.remove();
});

/** Runs a crowd at the server; resolves, with the crowd still running, once it has sold something. */
async function crowdAt(served: Served, history: string) {
  await ask(served.url, 'POST', '/init', { saleId, productId, quantity: 3_000, limitPerUser: 2 });
  let accepted = 0;
  const interrupt = new AbortController();
  const load = runLoad({
    scenario: aCrowd({ saleId, productId, stock: 3_000, ratePerSecond: 250, forSeconds: 20, seed: 5 }),
    target: served.url,
    saleId,
    history,
    signal: interrupt.signal,
    progressEveryMs: 20,
    onProgress: (progress) => {
      accepted = progress.outcomes.accepted ?? 0;
    },
  });
  await eventually('the crowd buys', () => accepted > 100);
  return {
    async leave() {
      interrupt.abort();
      await load;
    },
  };
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s under load: ends with 0, loses no order, leaves nothing running',
  async (signal) => {
    const served = await startServe(folder.dataDir);
    const history = `${folder.path}/crowd.ndjson`;
    const crowd = await crowdAt(served, history);
    const database = postgresPid(folder.dataDir);

    const ended = await served.end(signal);
    await crowd.leave();

    expect(ended.code).toBe(0);
    expect(database === undefined || isRunning(database)).toBe(false);
    expect(['lock', 'serve.json'].filter((name) => existsSync(join(folder.dataDir, name)))).toEqual([]);
    const statuses = new Set<number | null>();
    for await (const { status } of readHistory(history)) statuses.add(status);
    // null: refused connections once the listener was closed
    expect([...statuses].filter((status) => status !== null && ![200, 409, 503].includes(status))).toEqual([]);
    const { code, report, stderr } = await verdictOf(folder.dataDir, [history]);
    expect({ code, reasons: report.reasons }).toEqual({ code: 0, reasons: [] });
    expect(report.books.gate.state).toBe('absent');
    expect(stderr).toContain('gate: absent');
    expect(report.books.history.ordersHeard).toBeGreaterThan(100);
    expect(report.classes).toMatchObject({ lost: 0, pending: 0 });
    expect(postgresPid(folder.dataDir)).toBeUndefined(); // the one that verify started, too
  },
);

test('Ctrl-C while its database is being made: says that it stops, and ends with 0', async () => {
  const cli = startCli(['serve', '--data-dir', folder.dataDir, '--port', '0'], { ownGroup: true });
  await eventually(
    'initdb is at work',
    () => existsSync(join(folder.dataDir, 'postgres.making', 'PG_VERSION')),
    30_000,
  );

  process.kill(-cli.pid, 'SIGINT'); // a terminal tells every process of the group
  const { code, stderr } = await cli.ended;

  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('Stopping as soon as') });
  expect(stderr).not.toContain('Error');
  expect(['lock', 'serve.json', 'postgres.making'].filter((name) => existsSync(join(folder.dataDir, name)))).toEqual(
    [],
  );
  expect(postgresPid(folder.dataDir)).toBeUndefined();
});

test('a second Ctrl-C leaves at once, and nothing that was promised is lost', async () => {
  const served = await startServe(folder.dataDir, { env: { FLUXGATE_DRAIN_DELAY_MS: '120000' } });
  const history = `${folder.path}/crowd.ndjson`;
  const crowd = await crowdAt(served, history);
  served.cli.kill('SIGINT');
  await eventually('it drains', async () => (await ask(served.url, 'GET', '/readyz')).status === 503);

  const ended = await served.end('SIGINT');
  await crowd.leave();

  expect(ended.code).toBe(130);
  await eventually('its database has gone, too', () => postgresPid(folder.dataDir) === undefined);
  // What the ledger had not yet read is in the log: the next start brings it there.
  await startServe(folder.dataDir);
  const report = await expectProven(folder.dataDir, [history]);
  expect(report.books.history.ordersHeard).toBeGreaterThan(100);
});
