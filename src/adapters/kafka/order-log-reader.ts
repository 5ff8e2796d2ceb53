import type { EachBatchPayload } from 'kafkajs';
import type { CancelSignal, Clock } from '../../engine/ports/clock.ts';
import type { LogBatch } from '../../engine/ports/order-log.ts';
import type { RecordCodec } from '../../engine/ports/record-codec.ts';
import type { GroupPlace } from './group-place.ts';
import { isPassing, unreachable } from './kafka-fault.ts';
import { type OpenConsumer, withHeartbeats } from './order-log-consumer.ts';
import { batchOf } from './order-log-entry.ts';

export interface ReaderParts {
  readonly openConsumer: OpenConsumer;
  readonly topic: string;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  /** Entries in one batch. */
  readonly batch: number;
}

/** What one `read` was asked for. */
export interface Reading {
  readonly groupId: string;
  readonly onBatch: (batch: LogBatch) => Promise<void>;
  readonly signal: CancelSignal;
}

/** A handler that failed gets the batch again after this: no spinning, and nobody notices one failure. */
const retryPauseMs = 100;
/**
 * A reader that has read everything lets records gather for so long where they come in numbers: as many orders in a third of
 * the transactions, and a transaction costs as much as 100 orders in it. What comes now and then is read at once.
 */
const gatherMs = 100;
/** kafkajs reads the partitions in turn, and all wait while one does: a round of four under load takes this much. */
const roundMs = 150;
const inNumbers = 20;
/** Pause before a consumer that crashed for want of Kafka is made anew. */
const restartPauseMs = 500;

/**
 * The read loop of a group until the signal aborts. A consumer that crashes because Kafka is away is made anew, without
 * end: the flows that need the log say so. @throws FluxError `order_log_unreachable` where it crashed for good (no rights
 * to the topic, say), so that the process ends instead of standing still
 */
export async function runReader(use: ReaderParts, reading: Reading): Promise<void> {
  const place: GroupPlace = { memberId: null };
  while (!reading.signal.aborted) {
    const end = await consume(use, reading, place);
    if (end.kind === 'broken') throw unreachable(end.cause);
    if (end.kind === 'crashed') await use.clock.sleep(restartPauseMs, reading.signal);
  }
}

type ConsumerEnd =
  | { readonly kind: 'stopped' }
  /** For want of Kafka, or of one of its brokers. */
  | { readonly kind: 'crashed' }
  | { readonly kind: 'broken'; readonly cause: unknown };

/** One consumer, from its connection to its end. Never throws. */
async function consume(use: ReaderParts, reading: Reading, place: GroupPlace): Promise<ConsumerEnd> {
  const ended = Promise.withResolvers<ConsumerEnd>();
  const crash = (cause: unknown, passing: boolean) =>
    ended.resolve(passing ? { kind: 'crashed' } : { kind: 'broken', cause });
  const consumer = use.openConsumer(reading.groupId, place, crash);
  const stop = () => ended.resolve({ kind: 'stopped' });
  // Of this consumer: one that crashed is given no batch any more while the next one reads.
  const over = new AbortController();
  const { onBatch, handled } = inHand(reading.onBatch);
  const gather = createGathering(use.clock, over.signal);
  reading.signal.addEventListener('abort', stop, { once: true });
  try {
    const started = consumer.start(use.topic, async (payload) => {
      await handleBatch(payload, use, { onBatch, signal: over.signal });
      await gather(payload);
    });
    started.catch((cause: unknown) => crash(cause, isPassing(cause)));
    return await ended.promise;
  } finally {
    reading.signal.removeEventListener('abort', stop);
    over.abort('over');
    // However long it takes, with heartbeats: then its offset is committed, and nobody handles it again.
    await handled();
    await consumer.close();
  }
}

/** A handler, and what waits for the batch that it has in hand. */
function inHand(handle: Reading['onBatch']): { onBatch: Reading['onBatch']; handled: () => Promise<unknown> } {
  let work: Promise<unknown> = Promise.resolve();
  return {
    onBatch(batch) {
      const handling = handle(batch);
      work = handling.catch(() => {});
      return handling;
    },
    handled: () => work,
  };
}

/** Ledger first, offsets after. A batch that is not handled, or whose offset is not committed, comes again. */
async function handleBatch(
  payload: EachBatchPayload,
  use: ReaderParts,
  reading: Pick<Reading, 'onBatch' | 'signal'>,
): Promise<void> {
  const { topic, partition, messages } = payload.batch;
  for (let from = 0; from < messages.length; from += use.batch) {
    if (reading.signal.aborted || !payload.isRunning() || payload.isStale()) return;
    const batch = batchOf(partition, messages.slice(from, from + use.batch), use.codec);
    let rebalancing: unknown;
    try {
      rebalancing = await withHeartbeats(payload.heartbeat, () => reading.onBatch(batch));
    } catch {
      // Whoever handles batches reports its own faults; the log only gives the batch again. The other partitions go on.
      const resume = payload.pause();
      void use.clock.sleep(retryPauseMs, reading.signal).then(resume);
      return;
    }
    const offset = String(batch.nextOffset);
    // Kafka takes the commit of a member of the old generation until the new one stands; afterwards it throws here.
    await payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset }] }] });
    payload.resolveOffset(String(batch.nextOffset - 1n));
    // kafkajs joins the group again where eachBatch throws such an error.
    if (rebalancing !== undefined) throw rebalancing;
    await payload.heartbeat();
  }
}

/** Waits, after a batch that came in numbers and was the last so far, once in each round of the partitions. */
function createGathering(clock: Clock, signal: CancelSignal): (payload: EachBatchPayload) => Promise<void> {
  let waitedAtMs = Number.NEGATIVE_INFINITY;
  return async ({ batch, isRunning }) => {
    const nowMs = clock.monotonicMs();
    if (batch.messages.length < inNumbers || batch.offsetLag() !== '0' || nowMs - waitedAtMs < roundMs) return;
    if (!isRunning()) return;
    waitedAtMs = nowMs;
    await clock.sleep(gatherMs, signal);
  };
}
