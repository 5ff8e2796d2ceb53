import { randomUUID } from 'node:crypto';
import type { Admin, EachBatchPayload } from 'kafkajs';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { LogBatch } from '../../engine/ports/order-log.ts';
import { unreachable } from './kafka-fault.ts';
import { withHeartbeats } from './order-log-consumer.ts';
import { batchOf } from './order-log-entry.ts';
import type { ReaderParts } from './order-log-reader.ts';
import type { TopicOffsets } from './topic-offsets.ts';

interface ScanParts extends ReaderParts {
  /** Removes the group. */
  readonly admin: Pick<Admin, 'deleteGroups'>;
  /** As they stood at the beginning: a scan of a log that grows has to end, too. By partition. */
  readonly ends: Awaited<ReturnType<TopicOffsets['ends']>>;
}

/** What is to be read of one partition: from `next` to before `end`. */
interface Span {
  readonly partition: number;
  readonly end: bigint;
  next: bigint;
}

/**
 * Every entry that is in the topic now. kafkajs reads in groups only, so this is a group of its own, that commits nothing
 * and is removed afterwards. The partitions that are not in turn are paused as soon as they show up.
 * @throws FluxError `order_log_unreachable`
 */
export async function* scanTopic(use: ScanParts): AsyncGenerator<LogBatch> {
  const spans = use.ends.map(({ partition, low, high }): Span => ({ partition, end: high, next: low })).filter(isOpen);
  let crashes = 0;
  while (spans.some(isOpen)) {
    const before = spans.map(({ next }) => next).join();
    try {
      yield* scanOnce(use, spans.filter(isOpen));
    } catch (cause) {
      if (spans.map(({ next }) => next).join() !== before) crashes = 0;
      crashes += 1;
      if (cause instanceof FluxError || crashes > crashLimit) throw unreachable(cause);
      await use.clock.sleep(crashPauseMs);
    }
  }
}

/** In a row, without a batch between them: a broker that starts refuses groups for a moment. */
const crashLimit = 5;
const crashPauseMs = 500;

function isOpen(span: Span): boolean {
  return span.next < span.end;
}

/** Reads on where the spans stand. @throws FluxError where Kafka refuses for good, anything else where it is away */
async function* scanOnce(use: ScanParts, spans: readonly Span[]): AsyncGenerator<LogBatch> {
  const groupId = `fluxgate-scan-${randomUUID()}`;
  const slot = createSlot();
  const consumer = use.openConsumer(groupId, { memberId: null }, (cause, passing) => {
    slot.fail(passing && cause instanceof Error ? cause : unreachable(cause));
  });
  let current = spans[0];
  try {
    await consumer.start(use.topic, (payload) => offerBatches(payload, use, slot, () => current));
    for (const span of spans) {
      current = span;
      // It may have been paused when it was not in turn. (Throws where the consumer has just crashed.)
      consumer.resume([{ topic: use.topic, partitions: [span.partition] }]);
      while (isOpen(span)) {
        const batch = await slot.take();
        span.next = batch.nextOffset;
        yield batch;
        slot.free();
      }
    }
  } finally {
    slot.close();
    await consumer.close();
    // Kafka forgets an empty group by itself; this only keeps its list short.
    await use.admin.deleteGroups([groupId]).catch(() => {});
  }
}

async function offerBatches(
  payload: EachBatchPayload,
  use: ReaderParts,
  slot: Slot,
  spanInTurn: () => Span | undefined,
): Promise<void> {
  const { partition, messages } = payload.batch;
  for (let from = 0; from < messages.length; from += use.batch) {
    const span = spanInTurn();
    if (slot.closed || !payload.isRunning()) return;
    if (span === undefined || span.partition !== partition || !isOpen(span)) {
      payload.pause();
      return;
    }
    const slice = messages.slice(from, from + use.batch);
    // After a rebalance kafkajs begins again at the beginning.
    const wanted = slice.filter(({ offset }) => BigInt(offset) >= span.next && BigInt(offset) < span.end);
    let fault: unknown;
    if (wanted.length > 0) {
      const batch = batchOf(partition, wanted, use.codec);
      fault = await withHeartbeats(payload.heartbeat, () => slot.offer(batch));
    }
    payload.resolveOffset(slice.at(-1)?.offset ?? '-1');
    if (fault !== undefined) throw fault;
    await payload.heartbeat();
  }
}

/** Hands one batch at a time from the consumer to whoever scans. */
interface Slot {
  readonly closed: boolean;
  /** Resolves once the batch was taken and done with. */
  offer(batch: LogBatch): Promise<void>;
  take(): Promise<LogBatch>;
  free(): void;
  fail(error: Error): void;
  close(): void;
}

function createSlot(): Slot {
  let offered = Promise.withResolvers<LogBatch>();
  let done = Promise.withResolvers<void>();
  let closed = false;
  let fault: Error | undefined;
  return {
    get closed() {
      return closed;
    },
    offer(batch) {
      offered.resolve(batch);
      return done.promise;
    },
    take: async () => {
      if (fault) throw fault;
      return offered.promise;
    },
    free() {
      const before = done;
      offered = Promise.withResolvers();
      done = Promise.withResolvers();
      before.resolve();
    },
    fail(error) {
      closed = true;
      fault = error;
      // Nobody may be waiting for it any more.
      offered.promise.catch(() => {});
      offered.reject(error);
      done.resolve();
    },
    close() {
      closed = true;
      done.resolve();
    },
  };
}
