import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { type Buyers, buyersOf } from '../support/buyers.ts';
import { type RunningCli, runCli, startCli } from '../support/cli.ts';
import { readEdn } from '../support/edn.ts';
import { type Served, startServe } from '../support/serve.ts';
import { type ThrowawayFolder, throwawayFolder } from '../support/throwaway-folder.ts';

let folder: ThrowawayFolder;
let served: Served;
let buyers: Buyers;
let history: string;

/** Three orders and a refusal, and what their buyers heard. */
beforeAll(async () => {
  folder = throwawayFolder();
  served = await startServe(folder.dataDir);
  await ask(served.url, 'POST', '/init', { productId: 'ticket', quantity: 3 });
  buyers = buyersOf(served.url);
  for (const userId of ['ann', 'bob', 'cas', 'dan']) {
    await buyers.order([{ userId, key: 'key', lines: [{ productId: 'ticket', quantity: 1 }] }]);
  }
  history = `${folder.path}/buyers.ndjson`;
  await buyers.write(history);
});

afterAll(async () => {
  await buyers?.close();
  await folder?.remove();
});

const verify = (...args: string[]) =>
  runCli(['verify', '--data-dir', folder.dataDir, ...args], { cwd: folder.path, deadlineMs: 120_000 });

const watching = (...args: string[]): RunningCli =>
  startCli(['verify', '--data-dir', folder.dataDir, '--watch', ...args], { cwd: folder.path, deadlineMs: 120_000 });

test('a watch tells its verdict and ends with its exit code on Ctrl-C', async () => {
  const watch = watching('--every', '1s', '--wait', '5s');
  await watch.waitFor(/^\S+Z {2}holds: 6 invariants over 3 orders/m);

  watch.kill('SIGINT');

  const { code, signal, stdout } = await watch.ended;
  expect({ code, signal }).toEqual({ code: 0, signal: null });
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^\S+Z {2}ends with 0: holds: 6 invariants over 3 orders/);
});

test('a watch as a stream of JSON has the whole report in a verdict', async () => {
  const watch = watching('--json-stream', '--wait', '5s', '--since', '1h', '--max-revoked', '0');
  await watch.waitFor(/"event":"verdict".*\n/);

  watch.kill('SIGTERM');
  const { stdout } = await watch.ended;

  const [event] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(event).toMatchObject({ event: 'verdict', verdict: 'holds', exitCode: 0, rounds: 1 });
  expect(event.report).toMatchObject({ format: 'fluxgate-verify', since: expect.any(String), classes: { ok: 3 } });
});

test.each([
  [['--watch', '--json'], /--json/],
  [['--watch', '--every', '100ms'], /too often/],
  [['--json-stream'], /--watch/],
  [['--user', 'ann'], /--explain/],
  [['--export-history', 'run.edn'], /--history/],
  [['--since', 'tomorrow'], /--since tomorrow/],
])('%j is refused as usage', async (args, message) => {
  const { code, stdout, stderr } = await verify(...args);

  expect(code).toBe(2);
  expect(stdout + stderr).toMatch(message);
});

test('an order is explained by its id, by its key, as text and as a document', async () => {
  const { orderId } = JSON.parse(readFileSync(history, 'utf8').split('\n')[1] ?? '');

  const [byId, byKey] = [
    await verify('--explain', orderId, '--history', history, '--json'),
    await verify('--explain', 'key', '--user', 'ann', '--sale', 'default', '--history', history),
  ];

  const story = JSON.parse(byId.stdout);
  expect([byId.code, byKey.code]).toEqual([0, 0]);
  expect(story).toMatchObject({ orderId, userId: 'ann', key: 'key', becameOf: 'ok' });
  expect(new Set(story.facts.map(({ book }: { book: string }) => book))).toEqual(
    new Set(['history', 'order log', 'ledger', 'gate']),
  );
  expect(byKey.stdout).toContain(`order ${orderId}`);
  expect(byKey.stdout.trimEnd().split('\n').at(-1)).toMatch(/^ok: heard as 200 and in the order log/);
});

test('an order that nobody knows ends with 24 and where it was looked for', async () => {
  const { code, stderr } = await verify('--explain', '3f0c1d2e-0000-8000-8000-000000000000');

  expect(code).toBe(24);
  expect(stderr).toMatch(/history: .*gate: unknown to .*order log: .*ledger: no row of it/);
});

test('an export has every request and the orders of the ledger', async () => {
  const to = `${folder.path}/run.edn`;

  const { code } = await verify('--history', history, '--export-history', to);

  // four requests, sent and answered, and the read
  expect(code).toBe(0);
  expect(readEdn(readFileSync(to, 'utf8'))).toHaveLength(10);
});

test('on GitHub the summary is written, and with --json the document stays alone on stdout', async () => {
  const summary = `${folder.path}/summary.md`;
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
  const run = (...args: string[]) =>
    runCli(['verify', '--data-dir', folder.dataDir, ...args], { cwd: folder.path, deadlineMs: 120_000, env });

  const asked = await run('--json');
  const declined = await run('--no-github');

  expect(JSON.parse(asked.stdout)).toMatchObject({ verdict: 'holds' });
  expect(readFileSync(summary, 'utf8').match(/^### fluxgate verify: ✅ holds/gm)).toHaveLength(1);
  expect(declined.stdout).not.toContain('::stop-commands::');
});
