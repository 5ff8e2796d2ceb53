import type { EachBatchHandler, EachBatchPayload } from 'kafkajs';
import { describe, expect, it, vi } from 'vitest';
import type { OpenConsumer } from '../../../../src/adapters/kafka/order-log-consumer.ts';
import { runReader } from '../../../../src/adapters/kafka/order-log-reader.ts';
import { createVirtualClock } from '../../../../src/adapters/memory/virtual-clock.ts';
import type { LogBatch } from '../../../../src/engine/ports/order-log.ts';
import { avroAppend, avroCodec } from '../../../support/kafka-logs.ts';

/** The next turn of the event loop: whatever was to follow at once has. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Consumers that do as they are told: the last one that was opened. */
function someConsumers() {
  const opened: { eachBatch: EachBatchHandler; crash: () => void; closed: boolean }[] = [];
  const openConsumer: OpenConsumer = (_groupId, _place, onCrash) => {
    const consumer = {
      eachBatch: (async () => expect.unreachable('it has not started')) as EachBatchHandler,
      crash: () => onCrash(new Error('Kafka is away'), true),
      closed: false,
    };
    opened.push(consumer);
    return {
      async start(_topic, eachBatch) {
        consumer.eachBatch = eachBatch;
      },
      resume() {},
      async close() {
        consumer.closed = true;
      },
    };
  };
  return { opened, openConsumer };
}

function aBatch(offset: number): EachBatchPayload {
  const message = {
    key: null,
    value: Buffer.from(avroAppend(offset + 1).bytes),
    offset: String(offset),
    timestamp: '0',
  };
  return {
    batch: { topic: 'orders', partition: 0, messages: [message], offsetLag: () => '0' },
    isRunning: () => true,
    isStale: () => false,
    heartbeat: async () => {},
    commitOffsetsIfNecessary: async () => {},
    resolveOffset: () => {},
  } as unknown as EachBatchPayload; // what a reader uses of it
}

function startReading(openConsumer: OpenConsumer, onBatch: (batch: LogBatch) => Promise<void>) {
  const stop = new AbortController();
  const use = { openConsumer, topic: 'orders', codec: avroCodec, clock: createVirtualClock(), batch: 500 };
  return { stop, ended: runReader(use, { groupId: 'ledger', onBatch, signal: stop.signal }), clock: use.clock };
}

describe('a reader of the order log', () => {
  it('that is stopped lets the batch in hand come to its end, and takes leave then', async () => {
    const { opened, openConsumer } = someConsumers();
    const handled = Promise.withResolvers<void>();
    const { stop, ended } = startReading(openConsumer, () => handled.promise);
    const work = opened[0]?.eachBatch(aBatch(0));

    stop.abort();
    await turn();
    expect(opened[0]?.closed).toBe(false);
    handled.resolve();
    await ended;

    await work;
    expect(opened).toMatchObject([{ closed: true }]);
  });

  it('is given no batch any more by a consumer that crashed or was stopped', async () => {
    const { opened, openConsumer } = someConsumers();
    const onBatch = vi.fn<(batch: LogBatch) => Promise<void>>().mockResolvedValue();
    const { stop, ended, clock } = startReading(openConsumer, onBatch);
    opened[0]?.crash();
    await turn();
    await clock.advance(1_000);
    expect(opened).toMatchObject([{ closed: true }, { closed: false }]);

    await opened[0]?.eachBatch(aBatch(0));
    expect(onBatch).not.toHaveBeenCalled();
    await opened[1]?.eachBatch(aBatch(0));
    expect(onBatch).toHaveBeenCalledTimes(1);

    stop.abort();
    await ended;
    await opened[1]?.eachBatch(aBatch(1));
    expect(onBatch).toHaveBeenCalledTimes(1);
  });
});
