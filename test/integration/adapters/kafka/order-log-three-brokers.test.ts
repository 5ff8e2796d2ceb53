// @module-tag redis
// @module-tag kafka
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patientClient } from '../../../../src/adapters/kafka/kafka-client.ts';
import {
  consumerGroup,
  type KafkaOrderLog,
  type KafkaOrderLogOptions,
} from '../../../../src/adapters/kafka/order-log.ts';
import type { OrderId } from '../../../../src/engine/domain/ids.ts';
import type { LogEntry, OrderLog } from '../../../../src/engine/ports/order-log.ts';
import { scanAll, startReader } from '../../../contract/order-log-suite.ts';
import { eventually } from '../../../support/eventually.ts';
import { freshTopic } from '../../../support/kafka.ts';
import { avroAppends, logsOn } from '../../../support/kafka-logs.ts';
import { expectStillThere, expectWholeAppends } from '../../../support/log-copies.ts';
import { pauseProcess, untilGone } from '../../../support/process-state.ts';
import { type ThrowawayStack, throwawayStack } from '../../../support/throwaway-stack.ts';

/**
 * Another leader stands after 4 s, and appends follow within some 5 s. Readers follow where a request of theirs had no answer
 * for 10 s (seen: 10.7 to 11.9 s), and twice that where they meet the broker again that the cluster has not missed yet; a busy
 * machine three times that.
 */
const recoverMs = 60_000;
const deadlineMs = 1_500;

let stack: ThrowawayStack;
let brokers: readonly { readonly nodeId: number; readonly address: string; readonly pid: number }[] = [];

/** Starts what is not running. */
async function bringUp(): Promise<void> {
  const services = await stack.up({ asked: { variants: ['kafka-3'], proxied: false } });
  brokers = services
    .filter(({ name }) => name.startsWith('kafka'))
    .map(({ host, port, pid }, index) => ({ nodeId: index + 1, address: `${host}:${port}`, pid }));
}

/** All brokers, those first. */
function addresses(first: readonly number[] = []): readonly string[] {
  const isFirst = ({ nodeId }: { readonly nodeId: number }) => first.includes(nodeId);
  return [...brokers.filter(isFirst), ...brokers.filter((broker) => !isFirst(broker))].map(({ address }) => address);
}

function pidOf(nodeId: number | undefined): number {
  const broker = brokers.find((each) => each.nodeId === nodeId);
  if (broker === undefined) throw new Error(`there is no broker ${nodeId}`);
  return broker.pid;
}

async function kill(nodeId: number | undefined): Promise<void> {
  const pid = pidOf(nodeId);
  process.kill(pid, 'SIGKILL');
  await untilGone(pid);
}

async function leaderOf(topic: string, partition = 0): Promise<number> {
  const admin = patientClient({ brokers: addresses(), log: () => {} }).admin();
  await admin.connect();
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]?.partitions.find(({ partitionId }) => partitionId === partition)?.leader ?? 0;
  } finally {
    await admin.disconnect();
  }
}

/** Where Kafka writes the place of a group: it hashes the name as Java does. The stack's Kafka has four such partitions. */
function placePartitionOf(groupId: string): number {
  let hash = 0;
  for (const char of groupId) hash = (Math.imul(31, hash) + char.charCodeAt(0)) | 0;
  return Math.abs(hash) % 4;
}

/** Another group that has its place at the same broker. */
function neighbourOf(topic: string, group: string): string {
  const wanted = placePartitionOf(consumerGroup(topic, group));
  for (let n = 1; ; n++) {
    if (placePartitionOf(consumerGroup(topic, `second-${n}`)) === wanted) return `second-${n}`;
  }
}

/** How far the readers have come. */
async function committedOf(log: OrderLog): Promise<bigint> {
  return (await log.lag('ledger')).reduce((sum, { committed }) => sum + committed, 0n);
}

/** Four lanes that append until they are told to stop. */
function startAppends(log: OrderLog) {
  const acknowledged: OrderId[] = [];
  const asked: (readonly OrderId[])[] = [];
  let unknown = 0;
  let next = 1;
  let stopped = false;
  const lanes = Array.from({ length: 4 }, async () => {
    while (!stopped) {
      const records = avroAppends(next, 10);
      next += 10;
      asked.push(records.map(({ orderId }) => orderId));
      const { kind } = await log.append(records, deadlineMs);
      if (kind === 'appended') acknowledged.push(...records.map(({ orderId }) => orderId));
      else unknown += 1;
    }
  });
  return {
    acknowledged,
    asked,
    unknown: () => unknown,
    async stop() {
      stopped = true;
      await Promise.all(lanes);
    },
  };
}

function idsIn(entries: readonly LogEntry[]): ReadonlySet<OrderId> {
  return new Set(entries.flatMap((entry) => (entry.kind === 'order' ? [entry.record.orderId] : [])));
}

/**
 * Appends and reads while `happen` does; nothing that was acknowledged may be missing in the log or at the reader, and
 * nothing that the reader was given may vanish.
 */
async function sellWhile(
  happen: (use: {
    readonly topic: string;
    readonly appends: ReturnType<typeof startAppends>;
    /** Another process on the same topic. */
    readonly open: (options?: Partial<KafkaOrderLogOptions>) => KafkaOrderLog;
    /** Resolves once appends are acknowledged, and records read, that begin after this call. */
    readonly goesOn: () => Promise<void>;
  }) => Promise<void>,
): Promise<void> {
  const topic = freshTopic();
  const common = { brokers: addresses(), replicas: 3, minInsyncReplicas: 2 };
  const logs = logsOn('', topic, { ...common, requestTimeoutMs: deadlineMs });
  const log = logs.open();
  await log.prepare();
  const appends = startAppends(log);
  const reader = startReader(logs.open());
  const goesOn = async () => {
    const appended = appends.acknowledged.length;
    await eventually('appends go on', () => appends.acknowledged.length > appended + 200, recoverMs);
    const from = appends.acknowledged.at(-1);
    await eventually(
      'reading goes on',
      () => from !== undefined && idsIn(reader.entries().slice(-5_000)).has(from),
      recoverMs,
    );
  };
  try {
    await goesOn();
    await happen({ topic, appends, open: logs.open, goesOn });
    await appends.stop();

    const inLog = idsIn((await scanAll(log)).flatMap((batch) => batch.entries));
    expect(appends.acknowledged.filter((id) => !inLog.has(id))).toEqual([]);
    await eventually('all was read', () => inLog.size <= idsIn(reader.entries()).size, recoverMs);
    const read = idsIn(reader.entries());
    expect([...inLog].filter((id) => !read.has(id))).toEqual([]);
    const inTheEnd = await scanAll(log);
    expectStillThere(reader.batches, inTheEnd);
    expectWholeAppends(appends.asked, inTheEnd);
  } finally {
    await appends.stop();
    await reader.stop();
    await logs.close();
  }
}

describe('the order log on three brokers', { tags: ['long'] }, () => {
  beforeAll(async () => {
    stack = throwawayStack();
    await bringUp();
  }, 120_000);
  afterAll(async () => {
    await stack.remove();
  }, 60_000);

  it(
    'appends and reads on while the leader of a partition stands still, and loses nothing when it wakes up',
    { timeout: 5 * 60_000 },
    () =>
      sellWhile(async ({ topic, goesOn }) => {
        const pid = pidOf(await leaderOf(topic));
        await pauseProcess(pid);
        try {
          await goesOn();
        } finally {
          process.kill(pid, 'SIGCONT');
        }
        await goesOn();
      }),
  );

  it(
    'reads on while the broker that keeps the place of its group stands still, and so do processes that come in then',
    { timeout: 5 * 60_000 },
    () =>
      sellWhile(async ({ topic, open, goesOn }) => {
        const still = await leaderOf('__consumer_offsets', placePartitionOf(consumerGroup(topic, 'ledger')));
        const others = [1, 2, 3].filter((nodeId) => nodeId !== still);
        const later = open();
        await later.prepare();
        await pauseProcess(pidOf(still));
        const comesIn = startReader(later, { group: neighbourOf(topic, 'ledger') });
        // Of the other brokers it hears through this one only, or not at all.
        const starts = open({ brokers: addresses([still]) });
        try {
          await goesOn();
          const before = await committedOf(open({ brokers: addresses(others) }));
          await eventually('it keeps its place', async () => (await committedOf(starts)) > before, recoverMs);
          await eventually('who comes in reads', () => comesIn.entries().length > 0, recoverMs);
          const appended = () => starts.append(avroAppends(9_000_001, 1), deadlineMs);
          await eventually('who starts appends', async () => (await appended()).kind === 'appended', recoverMs);
        } finally {
          process.kill(pidOf(still), 'SIGCONT');
          await comesIn.stop();
        }
        await goesOn();
      }),
  );

  it('appends and reads on without a leader that was killed, and when it is back', { timeout: 5 * 60_000 }, () =>
    sellWhile(async ({ topic, goesOn }) => {
      await kill(await leaderOf(topic));
      await goesOn();
      await bringUp();
      await goesOn();
    }),
  );

  it(
    'says yes to nothing while two of three are dead, and goes on once one of them is back',
    { timeout: 5 * 60_000 },
    () =>
      sellWhile(async ({ appends, goesOn }) => {
        await kill(2);
        await kill(3);
        // What was under way may have been acknowledged before they died.
        const [before, unknown] = [appends.acknowledged.length, appends.unknown()];
        await eventually('appends are unknown', () => appends.unknown() > unknown + 4, recoverMs);
        const lastYes = appends.acknowledged.length;
        await eventually('more of them are', () => appends.unknown() > unknown + 12, recoverMs);
        expect(appends.acknowledged.length).toBe(lastYes);
        expect(lastYes - before).toBeLessThanOrEqual(4 * 10);

        await bringUp();
        await goesOn();
      }),
  );
});
