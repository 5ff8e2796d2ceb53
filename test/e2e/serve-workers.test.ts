// @module-tag redis
// @module-tag kafka
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../support/ask.ts';
import { runCli } from '../support/cli.ts';
import { connectionsInTurn } from '../support/connections-in-turn.ts';
import { eventually } from '../support/eventually.ts';
import { type FleetServer, type FleetStack, startFleetStack } from '../support/fleet-stack.ts';
import { isRunning } from '../support/process-state.ts';

const saleId = 'crew';
const productId = 'ticket';
/** A start takes a second, and many on a machine that does much else. */
const patienceMs = 60_000;
const info = { FLUXGATE_LOG_LEVEL: 'info' };

let fleet: FleetStack;
let server: FleetServer;

beforeAll(async () => {
  fleet = await startFleetStack();
  await fleet.worker();
  server = await fleet.serve(['--workers', '2'], info);
}, 180_000);

afterAll(async () => {
  await fleet?.remove();
});

interface LogLine {
  readonly msg: string;
  readonly worker?: number;
  readonly workerPid?: number;
}

/** What the log of a server says so far, line by line; half a line at its end is not there yet. */
function logOf({ cli }: FleetServer): readonly LogLine[] {
  const lines = cli.stderr.split('\n').slice(0, -1);
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
}

function readyWorkers(of: FleetServer): readonly LogLine[] {
  return logOf(of).filter(({ msg }) => msg === 'worker ready');
}

const count = (of: FleetServer, msg: string) => logOf(of).filter((line) => line.msg === msg).length;

test('is found by commands at one address, which the primary holds', async () => {
  expect(server.cli.stdout).toContain('2 workers');
  expect(JSON.parse(readFileSync(join(fleet.folder.dataDir, 'serve.json'), 'utf8'))).toMatchObject({
    url: server.url,
    pid: server.cli.pid,
  });
  const listed = await runCli(['sale', 'list', '--json'], { env: fleet.env, cwd: fleet.folder.path });
  expect(listed.code).toBe(0);
});

test('figures bear the number of the worker that was met', async () => {
  expect([1, 2]).toContain((await ask(server.url, 'GET', '/stats')).body.process.worker);
  expect((await ask(server.url, 'GET', '/metrics')).body).toMatch(/^fluxgate_http_waiting\{worker="[12]"\} /m);
});

test('a worker killed and a rolling restart under load: no connection is refused, no promise broken', async () => {
  const [, victim] = readyWorkers(server);
  const crowd = { name: 'crew', saleId, productId, stock: 500, ratePerSecond: 80, forSeconds: 4, seed: 1 };

  const report = await fleet.sellThrough({ ...crowd, addresses: () => [server.url] }, async () => {
    process.kill(victim?.workerPid ?? 0, 'SIGKILL');
    await eventually('another one has its place', () => readyWorkers(server).length === 3, patienceMs);
    const probe = connectionsInTurn(server.url);
    server.cli.kill('SIGHUP');
    await eventually('all were restarted', () => count(server, 'rolling restart done') === 1, patienceMs);
    const { answered, refused } = await probe.end();
    expect({ refused, answeredSome: answered > 20 }).toEqual({ refused: [], answeredSome: true });
  });

  expect(report.books.history.ordersHeard).toBeGreaterThan(50);
  const [killed, ...restarted] = readyWorkers(server).slice(2);
  expect(killed?.worker).toBe(victim?.worker);
  expect(restarted.map(({ worker }) => worker)).toEqual([1, 2]);
});

test('SIGUSR2 reaches all workers, and each line of the log says whose it is', async () => {
  server.cli.kill('SIGUSR2');

  await eventually('both have switched', () => count(server, 'log level changed by signal') === 2);
  const who = logOf(server).filter(({ msg }) => msg === 'log level changed by signal');
  expect(who.map(({ worker }) => worker).sort()).toEqual([1, 2]);
});

test('a primary killed under load takes its workers with it, and no promise', { tags: ['long'] }, async () => {
  let present = await fleet.serve(['--workers', '2'], info);
  const pids = readyWorkers(present).map(({ workerPid = 0 }) => workerPid);
  const crowd = { name: 'primary', saleId, productId, stock: 500, ratePerSecond: 80, forSeconds: 4, seed: 2 };

  const report = await fleet.sellThrough({ ...crowd, addresses: () => [present.url] }, async () => {
    present.cli.kill('SIGKILL');
    await present.cli.ended;
    await eventually('its workers have gone', () => !pids.some(isRunning));
    present = await fleet.serve(['--workers', '2'], info);
  });

  expect(report.books.history.ordersHeard).toBeGreaterThan(50);
  present.cli.kill('SIGTERM');
  expect((await present.cli.ended).code).toBe(0);
});

test('says once what keeps workers from starting, and ends', async () => {
  const { port } = new URL(server.url);

  const refused = await runCli(['serve', '--workers', '3', '--port', port, '--json'], {
    env: fleet.env,
    cwd: fleet.folder.path,
  });

  expect({ code: refused.code, said: JSON.parse(refused.stdout) }).toMatchObject({
    code: 24,
    said: { error: { code: 'port_in_use' } },
  });
});

test('SIGTERM drains all of them and ends with 0; nothing is left', async () => {
  const pids = readyWorkers(server).map(({ workerPid = 0 }) => workerPid);

  server.cli.kill('SIGTERM');
  const { code } = await server.cli.ended;

  expect(code).toBe(0);
  expect(pids.filter(isRunning)).toEqual([]);
  expect(existsSync(join(fleet.folder.dataDir, 'serve.json'))).toBe(false);
});

test('a second Ctrl-C leaves at once', async () => {
  const slow = await fleet.serve(['--workers', '1'], { ...info, FLUXGATE_DRAIN_DELAY_MS: '120000' });
  slow.cli.kill('SIGINT');
  await eventually('it drains', async () => (await ask(slow.url, 'GET', '/readyz')).status === 503);

  slow.cli.kill('SIGINT');
  const { code } = await slow.cli.ended;

  expect(code).toBe(130);
  const [worker] = readyWorkers(slow);
  await eventually('its worker has gone', () => !isRunning(worker?.workerPid ?? 0));
});
