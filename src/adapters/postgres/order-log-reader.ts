import type { Pool } from 'pg';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { CancelSignal, Clock } from '../../engine/ports/clock.ts';
import type { LogBatch } from '../../engine/ports/order-log.ts';
import type { RecordCodec } from '../../engine/ports/record-codec.ts';
import type { Bell } from './order-log-bell.ts';
import { entryOfRow, type OrderLogRow } from './order-log-entry.ts';
import { statement } from './sql-statement.ts';

const readSql = statement('order-log-read');
const lagSql = statement('order-log-lag');
const commitSql = statement('order-log-commit');

export interface ReaderParts {
  readonly pool: Pool;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly bell: Bell;
  /** How long to wait for entries of other processes. */
  readonly pollMs: number;
  /** Entries of a partition in one batch. */
  readonly batch: number;
}

/** A handler that failed gets the batch again after this: no spinning, and nobody notices one failure. */
const retryPauseMs = 100;
/** An offset may lag this far behind while entries keep coming: repeats are harmless, a commit a batch is not free. */
const commitEveryMs = 200;
/** Pauses between tries where PostgreSQL does not answer: quick at first, and then no burden for one that comes back. */
const unreachablePauseMs = { first: 50, most: 2_000 } as const;

/** One row of order-log-lag.sql. */
export interface LagRow {
  readonly partition: number;
  readonly next_offset: string;
  readonly committed: string;
}

export async function readLag(pool: Pool, groupId: string): Promise<readonly LagRow[]> {
  return (await pool.query<LagRow>({ ...lagSql, values: [groupId] })).rows;
}

/** Reads the next entries of several partitions, at most `limit` each; rows of a partition stand together. */
export async function readRows(
  pool: Pool,
  positions: ReadonlyMap<number, bigint>,
  limit: number,
): Promise<readonly OrderLogRow[]> {
  const values = [[...positions.keys()], [...positions.values()].map(String), limit];
  return (await pool.query<OrderLogRow>({ ...readSql, values })).rows;
}

/** Rows of one partition as a batch. */
export function batchOf(rows: readonly OrderLogRow[], codec: RecordCodec): LogBatch {
  const last = rows.at(-1);
  if (last === undefined) throw new FluxError('fault', 'A batch of no rows was asked for');
  return {
    partition: last.partition,
    entries: rows.map((row) => entryOfRow(row, codec)),
    nextOffset: BigInt(last.log_offset) + 1n,
  };
}

/** What one `read` was asked for. */
export interface Reading {
  readonly groupId: string;
  /** Where the group stands. */
  readonly start: readonly LagRow[];
  readonly onBatch: (batch: LogBatch) => Promise<void>;
  readonly signal: CancelSignal;
}

/** The read loop of a group, from its committed offsets on, until the signal aborts. Never throws. */
export async function runReader(use: ReaderParts, reading: Reading): Promise<void> {
  const { groupId, signal } = reading;
  const positions = new Map(reading.start.map((row) => [row.partition, BigInt(row.committed)]));
  const offsets = createOffsets(use, groupId);
  let failures = 0;
  while (!signal.aborted) {
    const seen = use.bell.rings;
    try {
      const round = await readRound(use, reading, positions, offsets);
      const idle = round === 'nothing';
      await offsets.commit(idle ? 0 : commitEveryMs);
      failures = 0;
      if (round === 'failed') await use.clock.sleep(retryPauseMs, signal);
      else if (idle) await use.bell.wait(seen, use.pollMs, signal);
    } catch {
      // PostgreSQL is away: the flows that need it say so; the log waits for it without end.
      const pause = Math.min(unreachablePauseMs.first * 2 ** failures, unreachablePauseMs.most);
      failures += 1;
      await use.clock.sleep(pause, signal);
    }
  }
  // An offset that is not committed costs repeats only: no reason to fail a shutdown.
  await offsets.commit(0).catch(() => {});
}

/** One look at all partitions. A batch whose handler rejects stays where it is; the other partitions go on. */
async function readRound(
  use: ReaderParts,
  { onBatch, signal }: Reading,
  positions: Map<number, bigint>,
  offsets: Offsets,
): Promise<'nothing' | 'something' | 'failed'> {
  const rows = await readRows(use.pool, positions, use.batch);
  let round: 'nothing' | 'something' | 'failed' = 'nothing';
  for (const partition of positions.keys()) {
    if (signal.aborted) break;
    const own = rows.filter((row) => row.partition === partition);
    if (own.length === 0) continue;
    if (round === 'nothing') round = 'something';
    const batch = batchOf(own, use.codec);
    try {
      await onBatch(batch);
    } catch {
      // Whoever handles batches reports its own faults; the log only gives the batch again.
      round = 'failed';
      continue;
    }
    positions.set(partition, batch.nextOffset);
    offsets.reached(partition, batch.nextOffset);
  }
  return round;
}

interface Offsets {
  reached(partition: number, nextOffset: bigint): void;
  /** Writes what was reached, if the last write is at least `everyMs` ago. */
  commit(everyMs: number): Promise<void>;
}

function createOffsets(use: Pick<ReaderParts, 'pool' | 'clock'>, groupId: string): Offsets {
  const reached = new Map<number, bigint>();
  let writtenAtMs = Number.NEGATIVE_INFINITY;
  return {
    reached: (partition, nextOffset) => void reached.set(partition, nextOffset),
    async commit(everyMs) {
      if (reached.size === 0 || use.clock.monotonicMs() - writtenAtMs < everyMs) return;
      const sorted = [...reached].sort(([a], [b]) => a - b);
      const values = [groupId, sorted.map(([partition]) => partition), sorted.map(([, next]) => String(next))];
      await use.pool.query({ ...commitSql, values });
      reached.clear();
      writtenAtMs = use.clock.monotonicMs();
    },
  };
}
