import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { runCli } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { isRunning, untilGone } from '../support/process-state.ts';
import { postgresPid, type Served, startServe } from '../support/serve.ts';
import { type ThrowawayFolder, throwawayFolder } from '../support/throwaway-folder.ts';
import { expectProven } from '../support/verdict.ts';

/**
 * The binary on a Node that is too old: the machine's own where that is one, else ours that is told to believe it.
 * Both re-execute; the parts of this that need no server are in test/cli/newer-node.test.ts.
 */
const oldNode = { nodeArgs: ['--import', join(import.meta.dirname, '../support/old-node.js')] };

let folder: ThrowawayFolder;

beforeEach(() => {
  folder = throwawayFolder();
});

afterEach(async () => {
  await folder.remove();
});

async function serveBehindParent(): Promise<Served> {
  const served = await startServe(folder.dataDir, oldNode);
  expect(served.servingPid).not.toBe(served.pid);
  return served;
}

test('serve on an older Node runs in a child, drains on SIGTERM, and passes its exit code on', async () => {
  const served = await serveBehindParent();
  const database = postgresPid(folder.dataDir);
  await ask(served.url, 'POST', '/init', { productId: 'ticket', quantity: 1 });

  const ended = await served.end('SIGTERM');

  expect(ended).toMatchObject({ code: 0, signal: null });
  expect(isRunning(served.servingPid)).toBe(false);
  expect(database === undefined || isRunning(database)).toBe(false);
});

test('a serve whose parent is killed ends, takes its database along, and the next start finds every order', async () => {
  const served = await serveBehindParent();
  await ask(served.url, 'POST', '/init', { productId: 'ticket', quantity: 5 });
  const order = await ask(
    served.url,
    'POST',
    '/order',
    { productId: 'ticket', userId: 'ada' },
    { 'x-idempotency-key': 'k' },
  );
  expect(order.status).toBe(200);

  await served.end('SIGKILL');

  await untilGone(served.servingPid);
  await eventually('its database has gone', () => postgresPid(folder.dataDir) === undefined);
  const next = await startServe(folder.dataDir);
  const again = await ask(
    next.url,
    'POST',
    '/order',
    { productId: 'ticket', userId: 'ada' },
    { 'x-idempotency-key': 'k' },
  );
  expect(again.body).toMatchObject({ status: 'ignored', orderId: order.body.orderId });
  await expectProven(folder.dataDir);
});

test('verify after a killed serve takes over the PostgreSQL that survived, and leaves none behind', async () => {
  const served = await startServe(folder.dataDir);
  await ask(served.url, 'POST', '/init', { productId: 'ticket', quantity: 5 });
  const body = { productId: 'ticket', userId: 'ada' };
  await ask(served.url, 'POST', '/order', body, { 'x-idempotency-key': 'k' });
  await eventually('the order is in the ledger', async () => {
    const stock = await ask(served.url, 'GET', '/inventory/ticket');
    return stock.body.sold === 1;
  });
  await served.end('SIGKILL');
  expect(postgresPid(folder.dataDir)).toBeDefined();

  const report = await expectProven(folder.dataDir);

  expect(report.books.gate.state).toBe('absent');
  expect(postgresPid(folder.dataDir)).toBeUndefined();
});

test('a killed child ends its parent in the same way', async () => {
  const served = await serveBehindParent();

  process.kill(served.servingPid, 'SIGKILL');

  expect(await served.cli.ended).toMatchObject({ code: null, signal: 'SIGKILL' });
});

test('SIGUSR2 reaches the child: it logs more, and serves on', async () => {
  const served = await startServe(folder.dataDir, { ...oldNode, env: { FLUXGATE_LOG_LEVEL: 'info' } });

  served.cli.kill('SIGUSR2');

  await served.cli.waitFor(/log level changed by signal/);
  expect((await ask(served.url, 'GET', '/readyz')).status).toBe(200);
});

test('commands on an older Node end with their own exit codes', async () => {
  const version = await runCli(['--version'], oldNode);
  const usage = await runCli(['verify', '--no-such-flag'], oldNode);
  const nothing = await runCli(['verify', '--json', '--data-dir', folder.dataDir], oldNode);

  expect(version).toMatchObject({ code: 0 });
  expect(version.stdout).toContain('fluxgate/');
  expect(usage.code).toBe(2);
  expect(nothing.code).toBe(23);
});

test("the machine's own node runs the binary, whatever its version", () => {
  const bin = join(import.meta.dirname, '../../bin/run.js');
  // Without node_modules/.bin in front, as a shell outside of npm has it.
  const path = (process.env.PATH ?? '')
    .split(':')
    .filter((each) => !each.includes('node_modules'))
    .join(':');

  const said = execFileSync(bin, ['--version'], { encoding: 'utf8', env: { ...process.env, PATH: path } });

  expect(said).toMatch(/^fluxgate\/\d+\.\d+\.\d+ .* node-v2[4-9]\./);
});
