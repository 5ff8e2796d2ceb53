// @module-tag kafka
import type { Kafka } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consumerGroup, type KafkaOrderLogOptions } from '../../../../src/adapters/kafka/order-log.ts';
import { mainGate, type OrderId } from '../../../../src/engine/domain/ids.ts';
import type { LogBatch, LogEntry, OrderLog } from '../../../../src/engine/ports/order-log.ts';
import { epoch, orderId, saleId } from '../../../builders/ids.ts';
import { scanAll, startReader } from '../../../contract/order-log-suite.ts';
import { bareKafka } from '../../../support/bare-kafka.ts';
import { eventually } from '../../../support/eventually.ts';
import { startTestKafka, type TestKafka } from '../../../support/kafka.ts';
import { avroAppend, avroAppends, logsOn } from '../../../support/kafka-logs.ts';
import { expectStillThere, expectWholeAppends } from '../../../support/log-copies.ts';
import { pauseProcess } from '../../../support/process-state.ts';

/** A group whose reader died gives its partitions out after 10 s. */
const patienceMs = 40_000;

let kafka: TestKafka;
const warnings: string[] = [];
const keepWarning = (warning: Error) => void warnings.push(warning.name);
beforeAll(async () => {
  process.on('warning', keepWarning);
  kafka = await startTestKafka();
});
afterAll(async () => {
  process.off('warning', keepWarning);
  await kafka.stop();
});

async function withLogs(
  run: (open: (options?: Partial<KafkaOrderLogOptions>) => OrderLog, topic: string) => Promise<void>,
  common: Partial<KafkaOrderLogOptions> = {},
): Promise<void> {
  const topic = kafka.topic();
  const logs = logsOn(kafka.broker, topic, common);
  try {
    await run(logs.open, topic);
  } finally {
    await logs.close();
  }
}

function idsIn(entries: readonly LogEntry[]): ReadonlySet<OrderId> {
  return new Set(entries.flatMap((entry) => (entry.kind === 'order' ? [entry.record.orderId] : [])));
}

async function idsInLog(log: OrderLog): Promise<ReadonlySet<OrderId>> {
  return idsIn((await scanAll(log)).flatMap((batch) => batch.entries));
}

async function lagOf(log: OrderLog): Promise<bigint> {
  return (await log.lag('ledger')).reduce((sum, { lag }) => sum + lag, 0n);
}

describe('the order log in Kafka, on bad days', () => {
  it('keeps what it acknowledged while the broker is killed and started again under appends, and readers go on', () =>
    withLogs(async (open) => {
      const log = open({ requestTimeoutMs: 1_000 });
      const readerLog = open();
      const acknowledged: OrderId[] = [];
      const asked: (readonly OrderId[])[] = [];
      const unknowns: unknown[] = [];
      let next = 1;
      let stop = false;
      const lanes = Array.from({ length: 4 }, async () => {
        while (!stop) {
          const records = avroAppends(next, 10);
          next += 10;
          asked.push(records.map((record) => record.orderId));
          const outcome = await log.append(records, 1_000);
          if (outcome.kind === 'appended') acknowledged.push(...records.map((record) => record.orderId));
          else unknowns.push(outcome.cause);
        }
      });
      const reader = startReader(readerLog);
      await eventually('it reads', () => reader.entries().length > 500, patienceMs);

      await kafka.kill();
      await eventually('appends are unknown', () => unknowns.length > 0, patienceMs);
      await kafka.start();
      const acknowledgedBefore = acknowledged.length;
      await eventually('appends go through again', () => acknowledged.length > acknowledgedBefore + 500, patienceMs);
      stop = true;
      await Promise.all(lanes);

      const inLog = await idsInLog(log);
      expect(acknowledged.filter((id) => !inLog.has(id))).toEqual([]);
      await eventually('everything was read', async () => (await lagOf(log)) === 0n, patienceMs);
      const read = idsIn(reader.entries());
      await reader.stop();
      expect([...inLog].filter((id) => !read.has(id))).toEqual([]);
      const inTheEnd = await scanAll(log);
      expectStillThere(reader.batches, inTheEnd);
      expectWholeAppends(asked, inTheEnd);
    }));

  it('answers unknown within the deadline while the broker stands still, and appends again when it goes on', () =>
    withLogs(async (open) => {
      const log = open({ requestTimeoutMs: 500 });
      expect(await log.append(avroAppends(1, 1), 5_000)).toEqual({ kind: 'appended' });

      await pauseProcess(kafka.pid);
      const outcomes = await Promise.all([2, 3, 4, 5].map((n) => log.append(avroAppends(n, 1), 300))).finally(() =>
        process.kill(kafka.pid, 'SIGCONT'),
      );

      expect(outcomes.map(({ kind }) => kind)).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
      await eventually(
        'it appends again',
        async () => (await log.append(avroAppends(6, 1), 2_000)).kind === 'appended',
        patienceMs,
      );
      expect((await idsInLog(log)).has(orderId(6))).toBe(true);
    }));

  it('appends once the broker goes on that stood still when it was first connected to', () =>
    withLogs(async (open) => {
      const log = open({ requestTimeoutMs: 500 });
      await log.lag('ledger'); // the topic is there, and nobody has appended yet

      await pauseProcess(kafka.pid);
      const met = await log.append(avroAppends(1, 1), 3_000).finally(() => process.kill(kafka.pid, 'SIGCONT'));

      expect(met.kind).toBe('unknown');
      await eventually(
        'it appends',
        async () => (await log.append(avroAppends(2, 1), 2_000)).kind === 'appended',
        patienceMs,
      );
    }));

  it('gives the ledger of another topic none of the partitions of this one', () =>
    withLogs((open) =>
      withLogs(async (openOther) => {
        const both = [open(), openOther()];
        for (const log of both) expect(await log.append(avroAppends(1, 20), 10_000)).toEqual({ kind: 'appended' });

        const readers = both.map((log) => startReader(log));

        for (const log of both)
          await eventually('a ledger has read its topic', async () => (await lagOf(log)) === 0n, patienceMs);
        expect(readers.map((reader) => reader.entries().length)).toEqual([20, 20]);
        for (const reader of readers) await reader.stop();
      }),
    ));

  it('hands every record to somebody when a second reader joins in the middle of a batch, and when one leaves', () =>
    withLogs(async (open, topic) => {
      // A busy machine's broker may take longer than an append's deadline, and an unknown append proves nothing here.
      const writer = open({ requestTimeoutMs: 10_000 });
      let written = 0;
      const write = async () => {
        expect(await writer.append(avroAppends(1 + written, 100), 30_000)).toEqual({ kind: 'appended' });
        written += 100;
      };
      for (let turn = 0; turn < 8; turn++) await write();
      const inHand = Promise.withResolvers<void>();
      const goOn = Promise.withResolvers<void>();
      const first = startReader(open({ batch: 50 }), {
        handle: async () => {
          inHand.resolve();
          await goOn.promise;
        },
      });
      await inHand.promise;
      // The first one holds a batch while the group gives the partitions out anew.
      const second = startReader(open({ batch: 50 }));
      await eventually('the group waits for the first reader', () => isPreparing(topic), patienceMs);
      goOn.resolve();
      await eventually('the second reads, too', () => write().then(() => second.entries().length > 0), patienceMs);
      await first.stop();
      for (let turn = 0; turn < 4; turn++) await write();

      await eventually('nothing is left', async () => (await lagOf(writer)) === 0n, patienceMs);
      await second.stop();

      const read = idsIn([...first.entries(), ...second.entries()]);
      const ids = avroAppends(1, written).map((record) => record.orderId);
      expect(ids.filter((id) => !read.has(id))).toEqual([]);
    }));

  it('keeps its place in the group while a handler takes longer than the session', { tags: ['long'] }, () =>
    withLogs(async (open) => {
      const log = open();
      await log.append(avroAppends(1, 3), 5_000);
      const startedAt = performance.now();
      let handled = 0;
      const reader = startReader(log, {
        handle: async (batch: LogBatch) => {
          handled += batch.entries.length;
          // Longer than the 10 s after which Kafka takes a silent reader for dead.
          await eventually('the session would be over', () => performance.now() - startedAt > 11_500, patienceMs);
        },
      });

      await eventually('all was handled', async () => (await lagOf(log)) === 0n, patienceMs);
      await reader.stop();

      expect(handled).toBe(3);
    }),
  );

  it('shows poison as malformed entries with their order ids, in Kafka and in Avro', () =>
    withLogs(
      async (open, topic) => {
        const log = open();
        const cut = avroAppend(2).bytes.subarray(0, 40);
        await log.append([avroAppend(1), { orderId: orderId(2), bytes: cut }], 5_000);
        await log.mark({ saleId: saleId(), gateId: mainGate, epoch: epoch(3) });
        const producer = strangerOf(kafka).producer();
        await producer.connect();
        await producer.send({
          topic,
          messages: [
            { key: null, value: avroAppend(4).bytes.subarray(0, 40) as Buffer },
            { key: orderId(5), value: null },
            { key: 'nobody', value: 'no order' },
            { key: null, value: 'no marker', headers: { kind: 'marker' } },
          ],
        });
        await producer.disconnect();
        const reader = startReader(log);
        await eventually('all was read', () => reader.entries().length === 7, patienceMs);
        await reader.stop();

        const reason = expect.any(String);
        expect(reader.entries()).toMatchObject([
          { kind: 'order', record: { orderId: orderId(1) } },
          { kind: 'malformed', orderId: orderId(2), reason },
          { kind: 'marker', marker: { epoch: 3 } },
          { kind: 'malformed', orderId: orderId(4), reason },
          { kind: 'malformed', orderId: orderId(5), reason },
          { kind: 'malformed', orderId: null, reason },
          { kind: 'malformed', orderId: null, reason },
        ]);
      },
      { partitions: 1 },
    ));

  it('leaves no warning of Node behind: kafkajs had idle connections all the while', () => {
    const fromKafkajs = ['TimeoutNegativeWarning', 'MaxListenersExceededWarning'];
    expect(warnings.filter((name) => fromKafkajs.includes(name))).toEqual([]);
  });

  /** Whether the group of the ledger waits for its members to join anew. */
  async function isPreparing(topic: string): Promise<boolean> {
    const admin = strangerOf(kafka).admin();
    await admin.connect();
    try {
      const { groups } = await admin.describeGroups([consumerGroup(topic, 'ledger')]);
      return groups[0]?.state === 'PreparingRebalance';
    } finally {
      await admin.disconnect();
    }
  }
});

/** kafkajs as somebody else uses it. */
function strangerOf({ broker }: TestKafka): Kafka {
  return bareKafka({ brokers: [broker] });
}
