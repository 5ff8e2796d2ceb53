// @module-tag redis
// @module-tag kafka
// @module-tag linux
import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import kafkajs, { type Admin } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { patientClient } from '../../src/adapters/kafka/kafka-client.ts';
import { consumerGroup } from '../../src/adapters/kafka/order-log.ts';
import { createPostgresLedger } from '../../src/adapters/postgres/postgres-ledger.ts';
import { mainGate, type SaleId } from '../../src/engine/domain/ids.ts';
import type { Lease } from '../../src/engine/ports/lease.ts';
import { ledgerGroup } from '../../src/engine/ports/order-log.ts';
import { eventually } from '../support/eventually.ts';
import { deadlockRecorder, deadlocks, failSerialization } from '../support/ledger-trouble.ts';
import { type Crowds, openSales, sellThrough } from '../support/stack-night.ts';

import { type StackFleet, stackFleet } from '../support/supervised-fleet.ts';

/** Each of these happens to a whole sale on a real stack, under load; each ends in `verify` with what its buyers heard. */
const serverLeaseMs = 3_000;
const topic = 'fluxgate-orders';
/** A trouble lasts until so many answers were unknown: more than one turn of a server has. */
const buyersMet = 10;
/** Another controller takes over within 5 s, and opens the gate in less; this is for a machine that does much else. */
const takeoverMs = 60_000;

let fleet: StackFleet;
let redis: Redis;
let kafka: Admin;

beforeAll(async () => {
  const env = { FLUXGATE_SERVER_LEASE_MS: String(serverLeaseMs) };
  fleet = await stackFleet({ servers: 2, workers: 2, proxied: true, env });
  await openSales(fleet);
  redis = new Redis(fleet.addresses.redis.port, { retryStrategy: () => 50 });
  redis.on('error', () => {}); // it is killed under our hands
  kafka = patientClient({ brokers: [`127.0.0.1:${fleet.addresses.kafka.port}`], log: () => {} }).admin();
  await kafka.connect();
}, 240_000);

afterAll(async () => {
  redis?.disconnect();
  await kafka?.disconnect();
  await fleet?.remove();
}, 120_000);

let seed = 100;

/** One sale of a day; the answers' counts by outcome. */
async function sell(
  name: string,
  happen: (crowds: Crowds) => Promise<unknown>,
  more: { readonly forSeconds?: number; readonly operated?: boolean } = {},
) {
  seed += 1;
  const { report, heard } = await sellThrough(fleet, { name, seed, forSeconds: 2.5, ...more }, happen);
  return { report, heard, count: (outcome: string) => heard.filter((entry) => entry.outcome === outcome).length };
}

async function newestEpoch(saleId = 'night'): Promise<{ readonly epoch: number; readonly state: string }> {
  const { rows } = await fleet.ledger.query<{ epoch: number; state: string }>(
    'select epoch, state from gate_epochs where sale_id = $1 order by epoch desc limit 1',
    [saleId],
  );
  return rows[0] ?? { epoch: 0, state: 'none' };
}

/** The controller's lease, once it is one that is looked for. */
async function eventualLease(isWanted: (lease: Lease) => boolean): Promise<Lease> {
  let found: Lease | undefined;
  await eventually(
    'somebody has the lease',
    async () => {
      const { rows } = await fleet.ledger.query<{ holder: string; token: string }>(
        `select holder, token from leases where name = 'controller' and expires_at > clock_timestamp()`,
      );
      const [row] = rows;
      found = row && { name: 'controller', holder: row.holder, token: Number(row.token) };
      return found !== undefined && isWanted(found);
    },
    takeoverMs,
  );
  if (found === undefined) throw new Error('nobody leads');
  return found;
}

test('makes every gate anew where somebody empties Redis', { timeout: 240_000 }, async () => {
  const { epoch } = await newestEpoch();

  const { count } = await sell('flushed', () => redis.flushall());

  expect((await newestEpoch()).epoch).toBeGreaterThan(epoch);
  expect(count('rebuilding')).toBeGreaterThan(0);
});

test('sells nothing while Redis is full or cannot save, and goes on by itself', { timeout: 240_000 }, async () => {
  const { epoch } = await newestEpoch();

  const bothTroubles = async (crowds: Crowds): Promise<void> => {
    await redis.config('SET', 'maxmemory', '1');
    await crowds.hear('unknown', buyersMet);
    await redis.config('SET', 'maxmemory', '0');
    await crowds.hear('accepted', buyersMet);
    await failSave();
    await crowds.hear('unknown', buyersMet);
    await redis.config('SET', 'save', '');
  };

  await sell('redis-full', bothTroubles, { forSeconds: 4 });

  // It lost nothing.
  expect((await newestEpoch()).epoch).toBe(epoch);
});

/** Lets Redis fail to write a snapshot: it refuses every write then (MISCONF). */
async function failSave(): Promise<void> {
  // A key takes it 100 s, so that its child is still there.
  await redis.config('SET', 'rdb-key-save-delay', '100000000');
  await redis.config('SET', 'save', '3600 1000000');
  await redis.bgsave();
  const pid = fleet.services.redis.pid;
  const child = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
  process.kill(child, 'SIGKILL');
  await eventually('Redis has noticed', async () => /rdb_last_bgsave_status:err/.test(await redis.info('persistence')));
  await redis.config('SET', 'rdb-key-save-delay', '0');
  await expect(redis.set('anything', '1')).rejects.toThrow(/MISCONF/);
}

test('says unknown where Kafka refuses what it is sent, and brings it into the log later', {
  timeout: 240_000,
}, async () => {
  await sell('refused', async (crowds) => {
    // Every record is larger: MESSAGE_TOO_LARGE.
    const restore = await setTopic('max.message.bytes', '1');
    await crowds.hear('unknown', buyersMet);
    await restore();
  });
});

async function setTopic(name: string, value: string): Promise<() => Promise<void>> {
  const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic };
  const { resources } = await kafka.describeConfigs({ includeSynonyms: false, resources: [resource] });
  const before = (resources[0]?.configEntries ?? [])
    .filter(({ isDefault }) => !isDefault)
    .map(({ configName, configValue }) => ({ name: configName, value: configValue }));
  const set = (configEntries: { name: string; value: string }[]) =>
    kafka.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries }] });
  await set([...before.filter((entry) => entry.name !== name), { name, value }]);
  return async () => void (await set(before));
}

test('says unknown where Kafka wrote and its acknowledgement was lost, and never sells twice', {
  timeout: 240_000,
}, async () => {
  const before = await fleet.prove([]);
  let lostBytes = 0;

  const { report } = await sell('unacknowledged', async (crowds) => {
    await fleet.proxy?.set('kafka', { kind: 'lost_answers' });
    await crowds.hear('unknown', buyersMet);
    lostBytes = (await fleet.proxy?.targets())?.[0]?.lost.answer ?? 0;
    await fleet.proxy?.clear('kafka');
  });

  expect(lostBytes).toBeGreaterThan(0);
  // What was written without anybody's knowing was appended again, by its buyer or by the relay.
  expect(report.books.orderLog.repeats).toBeGreaterThan(before.books.orderLog.repeats);
});

test('records every order once that is delivered twice', { timeout: 240_000 }, async () => {
  const group = consumerGroup(topic, ledgerGroup);
  const inLog = async () => (await kafka.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0);

  await sell('twice', async () => {
    const goOn = await Promise.all(fleet.workers.map((worker) => worker.takeDown()));
    await eventually('no reader is left', async () => {
      const { groups } = await kafka.describeGroups([group]);
      return groups[0]?.state === 'Empty';
    });
    await kafka.resetOffsets({ groupId: group, topic, earliest: true });
    expect(await inLog()).toBeGreaterThan(100);
    for (const start of goOn) start();
  });

  const [committed] = await kafka.fetchOffsets({ groupId: group, topics: [topic] });
  expect(committed?.partitions.reduce((sum, { offset }) => sum + Number(offset), 0)).toBe(await inLog());
});

test('records every order once while readers come and go and transactions fail', { timeout: 240_000 }, async () => {
  const before = await deadlocks(fleet.ledger);
  const failing = await failSerialization(fleet.ledger);

  const happen = async () => {
    await Promise.all([deadlockRecorder(fleet.ledger, 'night'), fleet.workers[1]?.restart()]);
    await fleet.workers[0]?.restart();
  };
  // An operator who changes stock would stand between the recorder and the row that it shall wait for.
  await sell('rebalanced', happen, { operated: false });

  expect(await failing.failures()).toBeGreaterThan(0);
  await failing.stop();
  await eventually('PostgreSQL has counted the deadlock', async () => (await deadlocks(fleet.ledger)) > before);
});

test('has another controller where one stands still, and the one that wakes does no harm', {
  timeout: 240_000,
}, async () => {
  const former = await eventualLease(() => true);
  let next = former;

  await sell('two-leaders', async () => {
    const goOn = await (await fleet.controller())?.pause();
    try {
      await fleet.services.redis.kill();
      next = await eventualLease(({ holder }) => holder !== former.holder);
      await eventually('and opens the gate', async () => (await newestEpoch()).state === 'open', takeoverMs);
    } finally {
      goOn?.();
    }
  });

  expect(next.token).toBe(former.token + 1);
  expect(await eventualLease(() => true)).toEqual(next);
  const ledger = createPostgresLedger({ pool: fleet.ledger });
  const { epoch } = await newestEpoch();
  const late = ledger.nextEpoch('night' as SaleId, mainGate, 'a leader of yesterday', former);
  await expect(late).rejects.toMatchObject({ code: 'lease_lost' });
  expect((await newestEpoch()).epoch).toBe(epoch);
});

test('gives no wrong answer where a server wakes that stood still while the gate was lost', {
  timeout: 240_000,
}, async () => {
  const { heard } = await sell('woken', async () => {
    const { epoch } = await newestEpoch();
    const goOn = await fleet.servers[0]?.pause();
    const isOpenAgain = async (): Promise<boolean> => {
      const now = await newestEpoch();
      return now.epoch > epoch && now.state === 'open';
    };
    try {
      await fleet.services.redis.kill();
      await eventually('the gate is open without it', isOpenAgain, takeoverMs);
    } finally {
      goOn?.();
    }
  });

  // What was under way all that time was answered, and verify has looked at each 200 of it.
  const slow = heard.filter(({ sentMs, doneMs, status }) => status !== null && doneMs - sentMs > serverLeaseMs);
  expect(slow.length).toBeGreaterThan(0);
});
