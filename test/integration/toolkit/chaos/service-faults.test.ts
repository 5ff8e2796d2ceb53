// @module-tag redis
// @module-tag kafka
// @module-tag linux
import { isDeepStrictEqual } from 'node:util';
import { Redis } from 'ioredis';
import kafkajs from 'kafkajs';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAvroRecordCodec } from '../../../../src/adapters/kafka/avro-record-codec.ts';
import { createKafkaOrderLog } from '../../../../src/adapters/kafka/order-log.ts';
import { nodeClock } from '../../../../src/adapters/node/node-clock.ts';
import { migrateUp } from '../../../../src/adapters/postgres/migrations.ts';
import { redisCommand } from '../../../../src/toolkit/stack/native/redis-command.ts';
import type { NativeService } from '../../../../src/toolkit/stack/stack-file.ts';
import { bareKafka } from '../../../support/bare-kafka.ts';
import { aPart, aRun, type FaultRun, faultNamed, undoTools } from '../../../support/chaos-run.ts';
import { eventually } from '../../../support/eventually.ts';
import { type ThrowawayStack, throwawayStack } from '../../../support/throwaway-stack.ts';

const topic = 'fluxgate-orders';

let stack: ThrowawayStack;
let services: readonly NativeService[];
let ledger: Client;

beforeAll(async () => {
  stack = throwawayStack();
  services = await stack.up();
  const login = loginOf();
  await migrateUp(login);
  ledger = await connected();
  await ledger.query(`
    insert into sales (sale_id, version, state, confirmation, hold_seconds, order_id_secret)
    values ('sale', 1, 'open', 'on_record', 60, repeat('0', 64));
    insert into products (sale_id, product_id, total, price_minor, currency, position)
    values ('sale', 'ticket', 100, 100, 'EUR', 1), ('sale', 'shirt', 5, 100, 'EUR', 2)`);
  const log = createKafkaOrderLog({
    brokers: [`127.0.0.1:${service('kafka').port}`],
    topic,
    replicas: 1,
    minInsyncReplicas: 1,
    codec: createAvroRecordCodec(),
    clock: nodeClock,
    log: () => {},
  });
  await log.prepare();
  await log.close();
}, 120_000);

afterAll(async () => {
  await ledger?.end();
  await stack?.remove();
}, 60_000);

function service(name: 'redis' | 'kafka' | 'postgres'): NativeService {
  const found = services.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

function loginOf() {
  const { host, port, user = '', password = '', database = '' } = service('postgres');
  return { host, port, user, password, database };
}

/** One that may be cut. */
async function connected(): Promise<Client> {
  const client = new Client(loginOf());
  client.on('error', () => {});
  await client.connect();
  return client;
}

function runOn(name: 'redis' | 'kafka' | 'postgres'): FaultRun {
  return aRun({ target: aPart({ kind: name, name, stackDir: stack.stackDir }) });
}

/** A note as the journal gives it back. */
const written = (note: unknown): unknown => JSON.parse(JSON.stringify(note));
const redis = (command: string, ...words: string[]) => redisCommand(service('redis').port, command, ...words);

test('emptying Redis takes all keys, and says how many', async () => {
  await redis('SET', 'a', '1');
  await redis('SET', 'b', '1');
  const flush = faultNamed('redis_flush');
  const context = runOn('redis')({});

  const evidence = await flush.inject(context, await flush.prepare(context));

  expect(evidence).toMatchObject({ seen: true, facts: { keys: 2 } });
  expect(await redis('DBSIZE')).toBe(0);
  expect(await flush.inject(context, await flush.prepare(context))).toMatchObject({ seen: false });
});

test('a paused Redis holds writes and answers PING, until the undo of another runner', async () => {
  const pause = faultNamed('redis_pause');
  const context = runOn('redis')({});
  const note = await pause.prepare(context);

  expect(await pause.inject(context, note)).toMatchObject({ seen: true });

  const writer = new Redis({ host: '127.0.0.1', port: service('redis').port, maxRetriesPerRequest: 0 });
  try {
    const id = await writer.client('ID');
    const held = writer.set('held', '1');
    // b: the client waits in a blocking operation, which is what Redis makes of a write in a pause
    await eventually('Redis has the write and holds it', async () =>
      /^id=\d+ .* flags=\w*b\w* .* cmd=set /m.test(String(await redis('CLIENT', 'LIST', 'ID', String(id)))),
    );
    expect(await redis('GET', 'held')).toBeNull();
    await pause.undo(written(note), undoTools({ sameRunner: false }));
    expect(await held).toBe('OK');
  } finally {
    writer.disconnect();
  }
  await pause.undo(note, undoTools());
});

test('a full Redis refuses writes until it has the limit that it had', async () => {
  await redis('CONFIG', 'SET', 'maxmemory', '100mb');
  const full = faultNamed('redis_full');
  const context = runOn('redis')({});
  const note = await full.prepare(context);

  expect(await full.inject(context, note)).toMatchObject({ seen: true, what: expect.stringContaining('OOM') });
  await expect(redis('SET', 'more', '1')).rejects.toThrow(/OOM/);
  await full.undo(written(note), undoTools({ sameRunner: false }));

  expect(await redis('CONFIG', 'GET', 'maxmemory')).toEqual(['maxmemory', '104857600']);
  expect(await redis('SET', 'more', '1')).toBe('OK');
});

test('a Redis without replicas refuses a failover, and says what has some', async () => {
  const failover = faultNamed('redis_failover');

  await expect(failover.prepare(runOn('redis')({}))).rejects.toMatchObject({
    code: 'not_found',
    hint: expect.stringContaining('redis-sentinel'),
  });
});

test('a read-only topic refuses appends, is readable, and has its settings back after the undo', async () => {
  const brokers = [`127.0.0.1:${service('kafka').port}`];
  const kafka = bareKafka({ brokers, retry: { retries: 0 } });
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  const admin = kafka.admin();
  await Promise.all([producer.connect(), admin.connect()]);
  try {
    const append = () => producer.send({ topic, acks: -1, messages: [{ key: 'k', value: 'v' }] });
    const settings = async () => {
      const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }];
      const described = await admin.describeConfigs({ includeSynonyms: false, resources });
      return described.resources[0]?.configEntries.filter(({ isDefault }) => !isDefault);
    };
    const before = await settings();
    expect(before?.length).toBeGreaterThan(3);
    const readOnly = faultNamed('kafka_read_only');
    const context = runOn('kafka')({});
    const note = await readOnly.prepare(context);

    const evidence = await readOnly.inject(context, note);
    expect(evidence).toMatchObject({ seen: true, what: expect.stringContaining('MESSAGE_TOO_LARGE') });
    await expect(append()).rejects.toThrow();
    expect((await admin.fetchTopicOffsets(topic)).every(({ high }) => high === '0')).toBe(true);
    await readOnly.undo(written(note), undoTools({ sameRunner: false }));

    expect(await settings()).toEqual(before);
    // a broker hears of its settings a moment later
    await eventually('appends are taken again', () =>
      append().then(
        () => true,
        () => false,
      ),
    );
  } finally {
    await Promise.all([producer.disconnect(), admin.disconnect()]);
  }
});

test('a read-only topic gets back what it had set itself, and not what stands in the file of its broker', async () => {
  const brokers = [`127.0.0.1:${service('kafka').port}`];
  const admin = bareKafka({ brokers, retry: { retries: 0 } }).admin();
  await admin.connect();
  try {
    const name = 'mostly-by-its-broker';
    const configEntries = [{ name: 'retention.ms', value: '3600000' }];
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic: name, numPartitions: 1, configEntries }] });
    const settings = async () => {
      const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name }];
      const described = await admin.describeConfigs({ includeSynonyms: false, resources });
      return described.resources[0]?.configEntries.filter(({ isDefault }) => !isDefault);
    };
    const before = await settings();
    expect(before?.map(({ configSource }) => configSource)).toContain(kafkajs.ConfigSource.STATIC_BROKER_CONFIG);
    const readOnly = faultNamed('kafka_read_only');
    const context = runOn('kafka')({ topic: name });
    const note = await readOnly.prepare(context);

    await readOnly.inject(context, note);
    await readOnly.undo(written(note), undoTools({ sameRunner: false }));

    expect(note).toMatchObject({ before: configEntries });
    await eventually('the broker has heard of it', async () => isDeepStrictEqual(await settings(), before));
  } finally {
    await admin.disconnect();
  }
});

test('min.insync.replicas above the copies does not make a topic read-only: why the fault is another', async () => {
  const kafka = bareKafka({
    brokers: [`127.0.0.1:${service('kafka').port}`],
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await Promise.all([admin.connect(), producer.connect()]);
  try {
    const name = 'too-many-copies';
    await admin.createTopics({
      waitForLeaders: true,
      topics: [
        {
          topic: name,
          numPartitions: 1,
          replicationFactor: 1,
          configEntries: [{ name: 'min.insync.replicas', value: '2' }],
        },
      ],
    });
    const sent = await producer.send({ topic: name, acks: -1, messages: [{ value: 'taken' }] });
    expect(sent[0]?.baseOffset).toBe('0');
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  }
});

test('the row of the hottest product is locked until the undo, also where the runner left it', async () => {
  const lock = faultNamed('postgres_lock_row');
  const run = runOn('postgres');
  const context = run({});
  const note = await lock.prepare(context);
  expect(note).toMatchObject({ product: 'ticket' });
  const count = `update products set version = version + 1 where product_id = 'ticket'`;

  expect(await lock.inject(context, note)).toMatchObject({ seen: true });
  await ledger.query(`update products set version = version + 1 where product_id = 'shirt'`);
  const waiting = ledger.query(count);
  await eventually('somebody waits for it', async () => (await lock.look?.(context, note))?.facts?.waiting === 1);
  await lock.undo(written(note), undoTools({ sameRunner: false }));

  expect((await waiting).rowCount).toBe(1);
  await run.closeKept();
});

test('every connection is taken, those that were open are cut, and all of them come back', async () => {
  const own = await connected();
  const connections = faultNamed('postgres_connections');
  const run = runOn('postgres');
  const context = run({ cut: true });
  const note = await connections.prepare(context);

  expect(await connections.inject(context, note)).toMatchObject({ seen: true });
  await expect(own.query('select 1')).rejects.toThrow();
  await expect(new Client(loginOf()).connect()).rejects.toMatchObject({ code: '53300' });
  await run.closeKept();
  await connections.undo(written(note), undoTools());

  ledger = await connected();
  const left = `select count(*)::int as count from pg_stat_activity where application_name like 'fluxgate-chaos-%'`;
  await eventually('none of ours is left', async () => (await ledger.query(left)).rows[0].count === 0);
}, 60_000);

const orderColumns =
  'order_id, request_hash, accepted_at, epoch, confirmed_on_record, sale_id, state, currency, gate_id, user_id, idempotency_key';

/** An order, as far as the ledger's rules want it. */
async function insertOrder(id: string): Promise<void> {
  await ledger.query(
    `insert into orders (${orderColumns}) values ($1, $1, now(), 1, true, 'sale', 'confirmed', 'EUR', 'main', 'buyer', $2)`,
    [`00000000-0000-8000-8000-00000000000${id}`, `key-${id}`],
  );
}

test('commits of orders fail with the error that was asked for, are counted, and go well after the undo', async () => {
  const failing = faultNamed('postgres_failing_commits');
  const context = runOn('postgres')({ sqlState: '53100' });
  const note = await failing.prepare(context);

  expect(await failing.inject(context, note)).toMatchObject({ seen: false });
  await expect(insertOrder('1')).rejects.toMatchObject({ code: '53100' });
  await expect(insertOrder('1')).rejects.toMatchObject({ code: '53100' });
  expect(await failing.look?.(context, note)).toMatchObject({ seen: true, facts: { failures: 2 } });
  await failing.undo(written(note), undoTools({ sameRunner: false }));
  await failing.undo(written(note), undoTools());

  await insertOrder('1');
  const left = await ledger.query(`select 1 from pg_proc where proname like 'fluxgate_chaos%'`);
  expect(left.rowCount).toBe(0);
});

test('the disk of the orders is full, and has room again after the undo', { tags: ['mount'] }, async () => {
  const full = faultNamed('postgres_disk_full');
  const context = runOn('postgres')({});
  const note = await full.prepare(context);

  expect(await full.inject(context, note)).toMatchObject({ seen: true, what: expect.stringContaining('53100') });
  const many = `insert into orders (${orderColumns})
    select gen_random_uuid(), gen_random_uuid(), now(), 1, true, 'sale', 'confirmed', 'EUR', 'main', 'filler', 'filler-' || n
    from generate_series(1, 5000) as n`;
  await expect(ledger.query(many)).rejects.toMatchObject({ code: '53100' });
  await full.undo(written(note), undoTools({ sameRunner: false }));
  await full.undo(written(note), undoTools());

  expect((await ledger.query(many)).rowCount).toBe(5_000);
  expect((await ledger.query(`select 1 from pg_tablespace where spcname like 'fluxgate%'`)).rowCount).toBe(0);
});
