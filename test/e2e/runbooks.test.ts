// @module-tag redis
// @module-tag kafka
import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readStackFile } from '../../src/toolkit/stack/stack-file.ts';
import { ask } from '../support/ask.ts';
import { bareKafka } from '../support/bare-kafka.ts';
import { type RunningCli, runCli, startCli } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { type FleetServer, type FleetStack, startFleetStack } from '../support/fleet-stack.ts';

/** Each shipped runbook of the stack against the incident that it is for: something really dies, and the runbook is all that helps. */
let fleet: FleetStack;
let server: FleetServer;
let worker: RunningCli;
let orders = 0;

beforeAll(async () => {
  fleet = await startFleetStack();
  worker = await fleet.worker();
  server = await fleet.serve();
  await ask(server.url, 'POST', '/init', { productId: 'ticket', quantity: 1_000 });
}, 240_000);

afterAll(() => fleet?.remove(), 120_000);

/** Asks for a ticket; the status of the answer, null where there was none. */
async function order(): Promise<number | null> {
  orders += 1;
  try {
    const answer = await fetch(`${server.url}/order`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-idempotency-key': `key-${orders}` },
      body: JSON.stringify({ productId: 'ticket', userId: `user-${orders}` }),
    });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return null;
  }
}

async function sell(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) expect(await order()).toBe(200);
}

function kill(name: 'redis' | 'kafka' | 'postgres'): void {
  killIn(fleet, name);
}

function killIn({ stack }: FleetStack, name: 'redis' | 'kafka' | 'postgres'): void {
  const service = readStackFile(stack.stackDir)?.services.find((each) => each.name === name);
  if (service?.kind !== 'native') throw new Error(`there is no ${name}`);
  process.kill(service.pid, 'SIGKILL');
}

/** Runs a runbook as an operator would; the results of its steps by name. */
async function run(name: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const result = await runCli(['runbook', 'run', name, '--url', server.url, '--json', ...args], {
    env: { ...fleet.env, ...env },
    cwd: fleet.folder.path,
    deadlineMs: 240_000,
  });
  const document: { result: string; steps: { name: string; result: string }[] } = JSON.parse(result.stdout);
  expect({ result: document.result, code: result.code, said: result.stderr }).toMatchObject({
    result: 'done',
    code: 0,
  });
  return Object.fromEntries(document.steps.map((step) => [step.name, step.result]));
}

describe('runbooks on the stack', { timeout: 300_000 }, () => {
  test('redis-lost brings the gate back after Redis was killed', { tags: ['long'] }, async () => {
    await sell(20);
    kill('redis');
    await eventually('buyers hear 503', async () => (await order()) === 503);

    const steps = await run('redis-lost');

    expect(steps['bring-redis-back']).toBe('done');
    await sell(5);
  });

  test('kafka-down brings the order log back, with everything that was held', { tags: ['long'] }, async () => {
    await sell(5);
    kill('kafka');
    await eventually('buyers hear 503', async () => (await order()) === 503);

    const steps = await run('kafka-down');

    expect(steps['bring-the-brokers-back']).toBe('done');
    await sell(5);
  });

  test('database-failover brings the ledger back', { tags: ['long'] }, async () => {
    kill('postgres');
    await eventually(
      'the server is not ready',
      async () => (await ask(server.url, 'GET', '/readyz')).status === 503,
      20_000,
    );

    const steps = await run('database-failover');

    expect(steps['bring-the-database-back']).toBe('done');
    await sell(5);
  });

  test('consumer-lag makes a worker that stands still record again', { tags: ['long'] }, async () => {
    const [, url = ''] = /health at (http:\S+)\/readyz/.exec(worker.stdout) ?? [];
    process.kill(worker.pid, 'SIGSTOP');
    await sell(20);

    const steps = await run('consumer-lag', ['--set', `worker=${url}`, '--set', `restart=kill -CONT ${worker.pid}`]);

    expect(steps['start-the-workers-again']).toBe('done');
  });

  test('scale-out sees that another worker works', { tags: ['long'] }, async () => {
    const second = await fleet.worker();
    const [, url = ''] = /health at (http:\S+)\/readyz/.exec(second.stdout) ?? [];

    const steps = await run('scale-out', ['--set', `new=${url}`, '--yes']);

    expect(steps['start-it']).toBe('not_needed');
    second.kill('SIGTERM');
    await second.ended;
  });

  test('poison-records shows the letter, and does not forget what cannot be read', { tags: ['long'] }, async () => {
    const producer = bareKafka({ brokers: [fleet.broker] }).producer();
    await producer.connect();
    await producer.send({ topic: 'fluxgate-orders', messages: [{ key: 'x', value: Buffer.from('no order at all') }] });
    await producer.disconnect();
    const at = { env: fleet.env, cwd: fleet.folder.path };
    const letters = async () => (await runCli(['dead-letters', 'list', '--json'], at)).stdout;
    await eventually('it is a letter', async () => (await letters()).includes('"id"'), 60_000);
    const [, letter = ''] = /"id": ?"?(\d+)/.exec(await letters()) ?? [];

    const result = await runCli(['runbook', 'run', 'poison-records', '--set', `letter=${letter}`, '--yes', '--json'], {
      ...at,
      deadlineMs: 120_000,
    });

    // this program cannot read it either: the runbook says so, and the letter stays
    const { steps }: { steps: { result: string }[] } = JSON.parse(result.stdout);
    expect(steps.map((step) => step.result)).toEqual(['done', 'done', 'done', 'failed', 'not_reached']);
    expect(await letters()).toContain('"id"');
  });
});

const programs = globSync('/usr/lib/postgresql/*/bin').sort().at(-1);

/** A PostgreSQL of the same version as this machine's pg_dump, which refuses a newer one: that of the stack. */
function startPostgres(bin: string, port: number) {
  const data = mkdtempSync(join(tmpdir(), 'fluxgate-restore-'));
  // it refuses to run as root
  const isRoot = process.getuid?.() === 0;
  if (isRoot) execFileSync('chown', ['postgres', data]);
  const run = (program: string, ...args: readonly string[]) => {
    const [first = '', ...rest] = [...(isRoot ? ['runuser', '-u', 'postgres', '--'] : []), join(bin, program), ...args];
    execFileSync(first, rest, { stdio: 'ignore', cwd: data });
  };
  run('initdb', '-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C');
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=`;
  run('pg_ctl', '-D', data, '-o', options, '-l', join(data, 'log'), '-w', 'start');
  return {
    stop() {
      run('pg_ctl', '-D', data, '-m', 'immediate', '-w', 'stop');
      rmSync(data, { recursive: true, force: true });
    },
  };
}

describe('restore-from-backup', { timeout: 400_000 }, () => {
  test('makes a ledger of a backup, and what came after it out of Kafka', { tags: ['long'] }, async ({ skip }) => {
    if (programs === undefined)
      return skip('there is no pg_dump with a server of its version: apt-get install postgresql');
    // readers of one Kafka are one group, whatever their topic
    for (const cli of [server.cli, worker]) cli.kill('SIGTERM');
    await Promise.all([server.cli.ended, worker.ended]);
    const port = await freePort();
    const postgres = startPostgres(programs, port);
    const path = join(fleet.folder.path, 'restore');
    mkdirSync(path);
    const database = { PGHOST: '127.0.0.1', PGPORT: String(port), PGUSER: 'postgres' };
    const env = {
      ...fleet.env,
      ...database,
      FLUXGATE_DATA_DIR: join(path, 'data'),
      FLUXGATE_KAFKA_TOPIC: 'restored-orders',
      FLUXGATE_POSTGRES_HOST: '127.0.0.1',
      FLUXGATE_POSTGRES_PORT: String(port),
      FLUXGATE_POSTGRES_USER: 'postgres',
      FLUXGATE_POSTGRES_DATABASE: 'fluxgate',
    };
    const program = (name: string, ...args: readonly string[]) =>
      execFileSync(name, args, { env: { ...process.env, ...database }, stdio: 'ignore' });
    const own: RunningCli[] = [];
    const start = (args: readonly string[], more: Readonly<Record<string, string>> = {}) => {
      const cli = startCli([...args, '--port', '0'], { env: { ...env, ...more }, cwd: path, deadlineMs: 400_000 });
      own.push(cli);
      return cli;
    };
    const both = async (more: Readonly<Record<string, string>> = {}) => {
      await start(['worker'], more).waitFor(/worker ready/, 60_000);
      const [, url = ''] = await start(['serve'], more).waitFor(/ready at (http:\S+)/, 60_000);
      return url;
    };
    const sale = { saleId: 'reborn', productId: 'seat' };
    const buy = async (url: string, from: number) => {
      for (let n = from; n < from + 10; n += 1) {
        const key = { 'x-idempotency-key': `restore-${n}` };
        expect((await ask(url, 'POST', '/order', { ...sale, userId: `user-${n}` }, key)).status).toBe(200);
      }
    };
    try {
      program('createdb', 'fluxgate');
      expect(await runCli(['migrate', 'up'], { env, cwd: path })).toMatchObject({ code: 0 });
      const url = await both();
      await ask(url, 'POST', '/init', { ...sale, quantity: 100 });
      await buy(url, 0);
      const lagIsZero = ['probe', 'lag', 'is', '0', '--wait', '60s'];
      expect(await runCli(lagIsZero, { env, cwd: path, deadlineMs: 90_000 })).toMatchObject({ code: 0 });
      program('pg_dump', '--format=custom', '--file', join(path, 'backup'), 'fluxgate');
      await buy(url, 10);
      await runCli(lagIsZero, { env, cwd: path, deadlineMs: 90_000 });
      for (const cli of own) cli.kill('SIGTERM');
      await Promise.all(own.map(({ ended }) => ended));
      program('dropdb', 'fluxgate');

      const restored = { FLUXGATE_POSTGRES_DATABASE: 'fluxgate_restored' };
      const args = ['--set', `backup=${join(path, 'backup')}`, '--set', 'sale=reborn', '--yes'];
      const running = startCli(['runbook', 'run', 'restore-from-backup', ...args], {
        env: { ...env, ...restored },
        cwd: path,
        deadlineMs: 300_000,
      });
      await running.waitFor(/Start everything on it/, 120_000);
      await both(restored);
      const { code, stderr } = await running.ended;

      expect({ code, stderr }).toMatchObject({ code: 0 });
      const orders = await runCli(['orders', 'export'], { env: { ...env, ...restored }, cwd: path });
      expect(orders.stdout.trim().split('\n')).toHaveLength(20);
    } finally {
      for (const cli of own) cli.kill('SIGKILL');
      postgres.stop();
    }
  });
});

describe('redis-failover', { timeout: 400_000 }, () => {
  test('waits for the replica that takes over, and brings the lost one back', { tags: ['long'] }, async () => {
    const sentinels = await startFleetStack({ variants: ['redis-sentinel'] });
    try {
      await sentinels.worker();
      const { url } = await sentinels.serve();
      await ask(url, 'POST', '/init', { productId: 'ticket', quantity: 100 });
      const buy = (userId: string) =>
        ask(url, 'POST', '/order', { productId: 'ticket', userId }, { 'x-idempotency-key': userId });
      expect((await buy('ann')).status).toBe(200);
      killIn(sentinels, 'redis');

      const result = await runCli(['runbook', 'run', 'redis-failover', '--url', url, '--json'], {
        env: sentinels.env,
        cwd: sentinels.folder.path,
        deadlineMs: 240_000,
      });

      expect({ code: result.code, said: result.stderr }).toMatchObject({ code: 0 });
      expect((await buy('bob')).status).toBe(200);
    } finally {
      await sentinels.remove();
    }
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // listening on host and port
  await new Promise((resolve) => server.close(resolve));
  return port;
}
