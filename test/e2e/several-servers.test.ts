// @module-tag redis
// @module-tag kafka
// @module-tag minutes
import { readdirSync } from 'node:fs';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { patientClient } from '../../src/adapters/kafka/kafka-client.ts';
import type { VerifyReport } from '../../src/toolkit/verify/report-schema.ts';
import { orderId } from '../builders/ids.ts';
import { ask } from '../support/ask.ts';
import { type RunningCli, runCli } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { aFleetSale, productId } from '../support/fleet-sale.ts';
import { type FleetServer, type FleetStack, startFleetStack } from '../support/fleet-stack.ts';
import { playBoth } from '../support/play-both.ts';
import { type RawConnection, rawConnection } from '../support/raw-http.ts';
import { openStackStages } from '../support/stack-stages.ts';

/** The consumer that takes over waits for Kafka's session timeout of the one that died. */
const recoverMs = 60_000;

let fleet: FleetStack;
let servers: FleetServer[];
let workers: RunningCli[];
const streams: RawConnection[] = [];

beforeAll(async () => {
  fleet = await startFleetStack();
  const [first, second] = await Promise.all([fleet.worker(), fleet.worker()]);
  workers = [first, second];
  servers = await Promise.all([fleet.serve(), fleet.serve(), fleet.serve()]);
}, 180_000);

afterAll(async () => {
  for (const { socket } of streams) socket.destroy();
  await fleet?.remove();
});

const url = (at: number): string => servers[at]?.url ?? '';

const aSale = (saleId: string, quantity: number, change?: object) =>
  aFleetSale(
    servers.map((each) => each.url),
    saleId,
    quantity,
    change,
  );

const order = (server: string, saleId: string, key: string) =>
  ask(server, 'POST', '/order', { saleId, productId, userId: `user of ${key}` }, { 'x-idempotency-key': key });

test('one key is one order, at whichever server its copies arrive', async () => {
  await aSale('keys', 10);

  const answers = await Promise.all([0, 1, 2].map((at) => order(url(at), 'keys', 'same')));

  const settled = answers.filter(({ status }) => status === 200);
  expect(settled.length).toBeGreaterThan(0);
  expect(new Set(settled.map(({ body }) => body.orderId)).size).toBe(1);
  expect(settled.filter(({ body }) => body.status === 'success').length).toBeLessThanOrEqual(1);
  expect((await ask(url(1), 'GET', `/inventory/${productId}?saleId=keys`)).body.free).toBe(9);
});

test('a page hears of its order at any server, though a worker records it and another server cancels it', async () => {
  await aSale('pages', 10, { confirmation: 'explicit' });
  const { body } = await order(url(0), 'pages', 'watched');
  const stream = rawConnection(
    Number(new URL(url(1)).port),
    `GET /events?orderId=${body.orderId} HTTP/1.1\r\nhost: x\r\n\r\n`,
  );
  streams.push(stream);
  await stream.until(/"state":"accepted"/);

  expect((await ask(url(0), 'POST', `/confirm/${body.orderId}`)).status).toBe(200);
  await stream.until(/"state":"confirmed"/);
  expect((await ask(url(2), 'POST', `/cancel/${body.orderId}`)).status).toBe(200);

  const text = await stream.until(/"state":"cancelled"/);
  expect([...text.matchAll(/"state":"(\w+)"/g)].map(([, state]) => state)).toEqual([
    'accepted',
    'confirmed',
    'cancelled',
  ]);
});

test('places of the waiting room are one line through all servers, and a ticket is good at each of them', async () => {
  await aSale('room', 100, { admissionRate: 0.01 });
  const tickets: { readonly ticket: string; readonly position: number }[] = [];

  for (let n = 0; n < 9; n += 1) {
    const { body } = await ask(url(n % 3), 'POST', '/waiting-room/tickets', { saleId: 'room', userId: `w${n}` });
    if (body.position !== undefined) tickets.push(body);
  }

  // The first may have been let in at once.
  expect(tickets.length).toBeGreaterThanOrEqual(8);
  expect(tickets.map(({ position }) => position)).toEqual(tickets.map((_, at) => at + 1));
  const elsewhere = await Promise.all(
    tickets.map(({ ticket }, at) => ask(url((at + 2) % 3), 'GET', `/waiting-room/tickets/${ticket}`)),
  );
  expect(elsewhere.map(({ body }) => body.position)).toEqual(tickets.map(({ position }) => position));
});

test('a sale longer than Kafka keeps orders is refused: by a server, and at the start, by setting and by topic', async () => {
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  await aSale('long', 10, { closesAt: inHours(100) });
  const worker = (hours: number) =>
    runCli(['worker', '--port', '0'], {
      env: { ...fleet.env, FLUXGATE_KAFKA_RETENTION_HOURS: String(hours) },
      cwd: fleet.folder.path,
    });

  // The topic was made with a week.
  const [longer, shortSetting, shortTopic] = await Promise.all([
    ask(url(0), 'PATCH', '/sales/long', { closesAt: inHours(200) }),
    worker(100),
    worker(225),
  ]);

  expect(longer).toMatchObject({ status: 409, body: { code: 'sale_invalid' } });
  expect(longer.body.error).toContain('kafka.retentionHours to at least 224');
  expect(shortSetting).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('kafka.retentionHours to at least 124'),
  });
  expect(shortTopic).toMatchObject({ code: 2, stderr: expect.stringContaining('retention.ms') });
  expect(await ask(url(0), 'PATCH', '/sales/long', { state: 'closed' })).toMatchObject({ status: 200 });
});

test('a server and a worker killed under load cost no promise, and commands find another server of the folder', async () => {
  const crowd = { name: 'all', saleId: 'night', productId, stock: 900, ratePerSecond: 40, forSeconds: 4, seed: 7 };

  const report = await fleet.sellThrough({ ...crowd, addresses: () => servers.map((each) => each.url) }, async () => {
    const [server, ...others] = servers;
    server?.cli.kill('SIGKILL');
    workers[0]?.kill('SIGKILL');
    await Promise.all([server?.cli.ended, workers[0]?.ended]);
    const listed = await runCli(['sale', 'list', '--json'], { env: fleet.env, cwd: fleet.folder.path });
    expect(listed.code).toBe(0);
    servers = [await fleet.serve(), ...others];
  });

  expect(report.books.history.ordersHeard).toBeGreaterThan(60);
  expect(report.classes).toMatchObject({ lost: 0, duplicated: 0, revoked: 0, stranded: 0 });
  expect(readdirSync(fleet.folder.dataDir).filter((name) => name.startsWith('serve'))).toHaveLength(3);
});

test('records that nobody can read are kept as letters that verify reports, and orders go on', async () => {
  const run = (args: readonly string[]) => runCli([...args, '--json'], { env: fleet.env, cwd: fleet.folder.path });
  await aSale('poisoned', 10);
  const strangerId = orderId(7);
  const stranger = patientClient({ brokers: [fleet.broker], log: () => {} }).producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  await stranger.connect();
  const poison = ['no order', strangerId].map((key, partition) => ({ key, value: 'no order at all', partition }));
  await stranger.send({ topic: 'fluxgate-orders', messages: poison });
  await stranger.disconnect();

  const lettersNow = async () => JSON.parse((await run(['dead-letters', 'list'])).stdout).deadLetters;
  await eventually('both are letters', async () => (await lettersNow()).length === 2, recoverMs);
  const sold = await order(url(1), 'poisoned', 'behind-poison');
  const [letters, verified] = await Promise.all([lettersNow(), run(['verify', '--wait', '60s'])]);

  expect(sold.status).toBe(200);
  expect(letters.map((letter: { readonly orderId: string | null }) => letter.orderId)).toEqual(
    expect.arrayContaining([null, strangerId]),
  );
  const report = JSON.parse(verified.stdout) as VerifyReport;
  expect({ code: verified.code, letters: report.books.ledger.deadLetters }).toEqual({ code: 20, letters: 2 });
  // A record with an order's id might have been somebody's order.
  expect(report.classes).toMatchObject({ lost: 1, duplicated: 0, stranded: 0 });
  const findings = report.invariants.flatMap((invariant) => invariant.findings);
  expect(findings).toEqual([
    expect.objectContaining({ kind: 'record_unreadable', look: 'fluxgate dead-letters list' }),
    expect.objectContaining({ kind: 'logged_order_lost', ids: [strangerId] }),
  ]);
});

// Last: operators of a history lower limits, and verify is right to name who has more by then.
test('histories of the simulator happen on a real stack as in their simulated worlds, one request at a time', async () => {
  const stages = await openStackStages(fleet.env, fleet.folder.path);

  const { differences, answers } = await playBoth(stages, { from: 1, count: 24 }).finally(() => stages.close());

  expect(differences).toEqual([]);
  for (const kind of ['accepted', 'duplicate', 'key_reused', 'sold_out', 'over_limit', 'not_open', 'done', 'forbidden'])
    expect(answers.has(kind), `nobody heard ${kind}`).toBe(true);
});

test('of 500 histories of the simulator none happens otherwise on a real stack', {
  tags: ['long'],
  timeout: 45 * 60_000,
}, async () => {
  const stages = await openStackStages(fleet.env, fleet.folder.path);

  const { differences } = await playBoth(stages, { from: 1_001, count: 500 }).finally(() => stages.close());

  expect(differences).toEqual([]);
});
