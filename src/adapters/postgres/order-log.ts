import type { Pool } from 'pg';
import { codeOf, FluxError } from '../../engine/domain/flux-error.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import { type LogAppend, type OrderLog, orderLogLimits } from '../../engine/ports/order-log.ts';
import type { RecordCodec } from '../../engine/ports/record-codec.ts';
import { appendRows, withinDeadline } from './order-log-append.ts';
import { createBell } from './order-log-bell.ts';
import { encodeMarker } from './order-log-entry.ts';
import { batchOf, type LagRow, readLag, readRows, runReader } from './order-log-reader.ts';
import { faultOf } from './pg-fault.ts';
import { statement } from './sql-statement.ts';

const prepareSql = statement('order-log-prepare');
const markSql = statement('order-log-mark');

export interface PostgresOrderLogOptions {
  readonly pool: Pool;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  /** Fixed once the log is used: a log with more partitions than this is refused. */
  readonly partitions?: number;
  /** How often a reader looks for entries of other processes; those of its own process wake it at once. */
  readonly pollMs?: number;
  /** Entries in one batch, at most orderLogLimits.batch. */
  readonly batch?: number;
}

export const postgresOrderLogDefaults = {
  /** As many as appends are in flight (design.md section 4), so that each has a partition of its own. */
  partitions: 4,
  /** 20 empty reads a second cost nothing that one could measure. */
  pollMs: 50,
  /** A page of 2,000 blocks the event loop for up to 30 ms while pg parses it, one of 500 for 10; the ledger is as quick (machine.md). */
  batch: 500,
} as const;

/**
 * The order log as a table. Offsets are given under the row lock of the partition.
 *
 * One append goes to ONE partition, the one of which this process has the fewest appends in flight, instead of each record
 * to the partition of its id: with all four row locks in each append the appends wait for each other's commit. Measured
 * on 2 cores, 4 in flight, load generator included: 57,000 against 28,000 records/s in batches of 16, 114,000 against
 * 71,000 in batches of 64 (one partition for everything: 39,000 and 78,000; the records as an array of bytea instead of
 * one blob: 56,000 and 93,000). Copies of an order may thus stand in different partitions: every partition has its own
 * markers and the ledger drops repeats by the id, so nothing leans on where a record stands.
 */
export function createPostgresOrderLog(options: PostgresOrderLogOptions): OrderLog {
  const { pool, codec, clock } = options;
  const partitions = options.partitions ?? postgresOrderLogDefaults.partitions;
  const batch = Math.min(options.batch ?? postgresOrderLogDefaults.batch, orderLogLimits.batch);
  const pollMs = options.pollMs ?? postgresOrderLogDefaults.pollMs;
  const bell = createBell(clock);
  const lanes = createLanes(partitions);
  const prepared = onceItWorks(() => prepare(pool, partitions));

  return {
    partitions,

    async append(records: readonly LogAppend[], timeoutMs) {
      if (records.length > orderLogLimits.append) {
        throw new FluxError('fault', `An append has ${records.length} records, more than ${orderLogLimits.append}`);
      }
      if (records.length === 0) return { kind: 'appended' };
      const lane = lanes.take();
      try {
        await withinDeadline({ pool, clock, before: prepared }, timeoutMs, (client) =>
          appendRows(client, lane, records),
        );
        return { kind: 'appended' };
      } catch (cause) {
        // Not a dead log, but one that this program must not touch.
        if (codeOf(cause) === 'config_invalid') throw cause;
        return { kind: 'unknown', cause };
      } finally {
        lanes.free(lane);
        // Also where nobody knows: the rows may be there.
        bell.ring();
      }
    },

    async mark(marker) {
      await reachable(async () => {
        await prepared();
        await pool.query({ ...markSql, values: [encodeMarker(marker)] });
      });
      bell.ring();
    },

    async read(groupId, onBatch, signal) {
      const parts = { pool, codec, clock, bell, pollMs, batch };
      await reachable(prepared);
      const start = await reachable(() => readLag(pool, groupId));
      await runReader(parts, { groupId, start, onBatch, signal });
    },

    async lag(groupId) {
      const rows = await reachable(() => readEnds(pool, groupId, partitions));
      return rows.map((row) => {
        const end = BigInt(row.next_offset);
        const committed = BigInt(row.committed);
        return { partition: row.partition, end, committed, lag: end - committed };
      });
    },

    async *scan() {
      // The ends as they stand now: a scan of a log that grows has to end, too.
      for (const { partition, next_offset } of await reachable(() => readEnds(pool, '', partitions))) {
        const end = BigInt(next_offset);
        for (let from = 0n; from < end; ) {
          const position = new Map([[partition, from]]);
          const limit = end - from < BigInt(batch) ? Number(end - from) : batch;
          const rows = await reachable(() => readRows(pool, position, limit));
          if (rows.length === 0) break;
          const page = batchOf(rows, codec);
          from = page.nextOffset;
          yield page;
        }
      }
    },
  };
}

/** Which partition the next append of this process goes to: the least busy one, in turn among equals. */
function createLanes(partitions: number) {
  const inFlight = Array.from({ length: partitions }, () => 0);
  let last = -1;
  return {
    take(): number {
      let best = (last + 1) % partitions;
      for (let step = 2; step <= partitions; step++) {
        const lane = (last + step) % partitions;
        if ((inFlight[lane] ?? 0) < (inFlight[best] ?? 0)) best = lane;
      }
      last = best;
      inFlight[best] = (inFlight[best] ?? 0) + 1;
      return best;
    },
    free(lane: number): void {
      inFlight[lane] = (inFlight[lane] ?? 1) - 1;
    },
  };
}

async function prepare(pool: Pool, partitions: number): Promise<void> {
  const { rows } = await pool.query<{ partitions: number }>({ ...prepareSql, values: [partitions] });
  requireAtMost(partitions, rows[0]?.partitions ?? 0);
}

/** How far each partition goes. Writes nothing: whoever only reads may have no right to (docs/verify.md). */
async function readEnds(pool: Pool, groupId: string, partitions: number): Promise<readonly LagRow[]> {
  const rows = await readLag(pool, groupId);
  requireAtMost(partitions, (rows.at(-1)?.partition ?? -1) + 1);
  const missing = Array.from({ length: partitions }, (_, partition) => partition).slice(rows.length);
  // a log that nobody has written to yet has no rows
  return [...rows, ...missing.map((partition) => ({ partition, next_offset: '0', committed: '0' }))];
}

function requireAtMost(partitions: number, before: number): void {
  if (before <= partitions) return;
  throw new FluxError(
    'config_invalid',
    `The order log has ${before} partitions, the configuration says ${partitions}`,
    {
      hint: 'A log cannot lose partitions: entries in them would never be read',
    },
  );
}

/** Runs `work` until it succeeded once; those who come while it runs share the run. */
function onceItWorks(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => {
    running ??= work().catch((error: unknown) => {
      running = null;
      throw error;
    });
    return running;
  };
}

/** @throws FluxError `order_log_unreachable` where PostgreSQL does not answer */
async function reachable<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const fault = faultOf(error, 'The order log');
    if (!(fault instanceof FluxError) || fault.code !== 'ledger_unreachable') throw fault;
    throw new FluxError('order_log_unreachable', fault.message, {
      cause: error,
      ...(fault.hint ? { hint: fault.hint } : {}),
    });
  }
}
