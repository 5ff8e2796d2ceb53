import { FluxError } from '../../engine/domain/flux-error.ts';
import type { OrderId } from '../../engine/domain/ids.ts';
import type { RecordBytes } from '../../engine/domain/order.ts';
import type { CancelSignal, Clock } from '../../engine/ports/clock.ts';
import {
  type EpochMarker,
  type LogAppend,
  type LogBatch,
  type LogEntry,
  type OrderLog,
  orderLogLimits,
  type PartitionLag,
} from '../../engine/ports/order-log.ts';
import type { RecordCodec } from '../../engine/ports/record-codec.ts';
import { partitionOf } from './partition-of.ts';

/** How an append can go wrong. `lost`: nothing was written. `written`: all of it was, and nobody was told. */
export type AppendFault = 'lost' | 'written';

export interface MemoryOrderLog extends OrderLog {
  /** The next append answers `unknown`. For tests and the simulator. */
  failNextAppend(fault: AppendFault): void;
}

/**
 * Where an append's records go. `by_append`: all into one partition, another each time, as the logs in PostgreSQL and Kafka do,
 * so that copies of an order part. `by_order`: each by its id, as other producers of Kafka do: nothing may lean on either.
 */
export type LogPlacing = 'by_append' | 'by_order';

type Stored =
  | { readonly kind: 'order'; readonly orderId: OrderId; readonly bytes: RecordBytes }
  | { readonly kind: 'marker'; readonly marker: EpochMarker };

/** Long enough not to spin on a handler that keeps failing, short enough that nobody notices one failure. */
const retryPauseMs = 100;

/** The order log in this process's memory: as durable as the process. Offsets begin at 0. */
export function createMemoryOrderLog(use: {
  readonly partitions?: number;
  readonly placing?: LogPlacing;
  readonly clock: Clock;
  readonly codec: RecordCodec;
}): MemoryOrderLog {
  // 4, as in the PostgreSQL log: enough for a few consumers, few enough that a marker to each is cheap.
  const partitions = use.partitions ?? 4;
  const logs: readonly Stored[][] = Array.from({ length: partitions }, () => []);
  const placing = use.placing ?? 'by_append';
  let appends = 0;
  const committed = new Map<string, number[]>();
  const appended = createBell();
  const faults: AppendFault[] = [];

  const logOf = (partition: number): Stored[] => {
    const log = logs[partition];
    if (log === undefined) throw new FluxError('fault', `The order log has no partition ${partition}`);
    return log;
  };
  const offsetsOf = (groupId: string): number[] => {
    const known = committed.get(groupId) ?? Array.from({ length: partitions }, () => 0);
    committed.set(groupId, known);
    return known;
  };
  const batchAt = (partition: number, from: number): LogBatch => {
    const stored = logOf(partition).slice(from, from + orderLogLimits.batch);
    return {
      partition,
      entries: stored.map((entry, index) => entryOf(entry, BigInt(from + index), use.codec)),
      nextOffset: BigInt(from + stored.length),
    };
  };

  return {
    partitions,

    async append(records: readonly LogAppend[]) {
      assertBounded(records);
      const fault = faults.shift();
      if (fault === 'lost') return { kind: 'unknown', cause: new Error('The append was lost on purpose') };
      appends += 1;
      for (const { orderId, bytes } of records) {
        const partition = placing === 'by_order' ? partitionOf(orderId, partitions) : appends % partitions;
        logOf(partition).push({ kind: 'order', orderId, bytes });
      }
      appended.ring();
      if (fault === 'written') return { kind: 'unknown', cause: new Error('The answer was lost on purpose') };
      return { kind: 'appended' };
    },

    async mark(marker) {
      for (const log of logs) log.push({ kind: 'marker', marker });
      appended.ring();
    },

    async read(groupId, onBatch, signal) {
      const offsets = offsetsOf(groupId);
      while (!signal.aborted) {
        const seen = appended.rings;
        let idle = true;
        let failed = false;
        for (let partition = 0; partition < partitions && !signal.aborted; partition++) {
          const from = offsets[partition] ?? 0;
          if (from >= logOf(partition).length) continue;
          idle = false;
          const batch = batchAt(partition, from);
          try {
            await onBatch(batch);
            // Another reader of the group may have been quicker: a commit never goes back.
            offsets[partition] = Math.max(offsets[partition] ?? 0, Number(batch.nextOffset));
          } catch {
            // Whoever handles batches reports its own faults; the log only gives the batch again.
            failed = true;
          }
        }
        if (failed) await use.clock.sleep(retryPauseMs, signal);
        else if (idle) await appended.after(seen, signal);
      }
    },

    async lag(groupId): Promise<readonly PartitionLag[]> {
      const offsets = offsetsOf(groupId);
      return logs.map((log, partition) => {
        const done = BigInt(offsets[partition] ?? 0);
        const end = BigInt(log.length);
        return { partition, end, committed: done, lag: end - done };
      });
    },

    async *scan() {
      // The ends as they stand now: a scan of a log that grows has to end, too.
      const ends = logs.map((log) => log.length);
      for (const [partition, end] of ends.entries()) {
        for (let from = 0; from < end; ) {
          const batch = batchAt(partition, from);
          const entries = batch.entries.slice(0, end - from);
          from += entries.length;
          yield { partition, entries, nextOffset: BigInt(from) };
        }
      }
    },

    failNextAppend: (fault) => void faults.push(fault),
  };
}

function entryOf(stored: Stored, offset: bigint, codec: RecordCodec): LogEntry {
  if (stored.kind === 'marker') return { kind: 'marker', offset, marker: stored.marker };
  try {
    return { kind: 'order', offset, record: codec.decode(stored.bytes), bytes: stored.bytes };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'malformed', offset, orderId: stored.orderId, bytes: stored.bytes, reason };
  }
}

function assertBounded(records: readonly LogAppend[]): void {
  if (records.length > orderLogLimits.append) {
    throw new FluxError('fault', `An append has ${records.length} records, more than ${orderLogLimits.append}`);
  }
}

/** Counts appends and wakes whoever waits for one after the count that it saw. */
interface Bell {
  readonly rings: number;
  ring(): void;
  /** Resolves once there was a ring after the `seen`th, or when `signal` aborts. */
  after(seen: number, signal: CancelSignal): Promise<void>;
}

function createBell(): Bell {
  let rings = 0;
  let waiting: (() => void)[] = [];
  return {
    get rings() {
      return rings;
    },
    ring() {
      rings += 1;
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    after: (seen, signal) =>
      new Promise((resolve) => {
        if (rings > seen || signal.aborted) return resolve();
        const wake = () => {
          signal.removeEventListener('abort', wake);
          resolve();
        };
        signal.addEventListener('abort', wake, { once: true });
        waiting.push(wake);
      }),
  };
}
