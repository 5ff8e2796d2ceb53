import { errorCodes } from '../../engine/domain/error-codes.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';
import type { SaleId } from '../../engine/domain/ids.ts';
import { Findings } from '../../engine/domain/invariants/findings.ts';
import { logBehindLedger, tooManyRevoked } from '../../engine/domain/invariants/no-lost-order.ts';
import type { Instant } from '../../engine/domain/time.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import { ledgerGroup, type PartitionLag } from '../../engine/ports/order-log.ts';
import type { GateBook, HistoryBook, IdDigest, LedgerBook, LogBook } from './books.ts';
import { checkCounters } from './check-counters.ts';
import { type HistoryTally, readBuyers } from './history-pass.ts';
import { IdTable } from './id-table.ts';
import { KnownSales } from './known-sales.ts';
import { allOrders, checkRows, checkWaiting, nameUnexpected, ordersByState } from './ledger-pass.ts';
import { type LogTally, readLog } from './log-pass.ts';
import { settle } from './quiet.ts';
import { reportOf } from './report.ts';
import type { VerifyReport } from './report-schema.ts';

export interface VerifyUse {
  readonly ledger: LedgerBook;
  readonly orderLog: LogBook;
  /** Null where no server runs: the report then says `gate: absent`. */
  readonly gateBook: GateBook | null;
  /** Null where nobody wrote one. */
  readonly history: HistoryBook | null;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs' | 'sleep'>;
  readonly digest: IdDigest;
  readonly options: VerifyOptions;
  /** How far a book has been read, a few times a second. */
  readonly progress?: (step: VerifyStep) => void;
}

export interface VerifyOptions {
  /** Only this sale; null for all. */
  readonly saleId: SaleId | null;
  /** Only orders accepted then or later, as far as orders are looked at one by one; null for all. */
  readonly since: Instant | null;
  /** How long to wait for outbox and lag to drain, and for holds that a lag made overdue to end. */
  readonly waitMs: number;
  /** Revoked orders that are no finding. */
  readonly maxRevoked: number;
  /** How long past its time a hold, a release or an outbox entry may be. */
  readonly graceMs: number;
}

export type VerifyStep =
  | {
      readonly book: 'order log' | 'history';
      readonly done: number;
      /** Null where nobody knows. */
      readonly of: number | null;
    }
  /** What is still between the books, as a sentence. */
  | { readonly waitingFor: string };

export const verifyDefaults = {
  waitMs: 30_000,
  maxRevoked: 0,
  /** The controller looks every second and the relay takes what is 2 s old: five times that is trouble. */
  graceMs: 10_000,
} as const;

/**
 * Reconciles the four books (client's history, ledger, gate, order log) and judges invariants 1 to 5 and 7.
 * Reads only. Streams: memory is bounded by IdTable and batches, whatever the size of the sale.
 * @throws FluxError `inconclusive` (or `history_unreadable`) where a book that should be there cannot be read
 */
export async function verifySale(use: VerifyUse): Promise<VerifyReport> {
  return verify(use).catch(bookUnreadable);
}

/** Turns a fault that says "it is not there to be read" into `inconclusive`: no such fault is ever a pass. Rethrows any other. */
export function bookUnreadable(cause: unknown): never {
  if (!(cause instanceof FluxError) || !unreadable.has(errorCodes[cause.code]) || cause.code === 'inconclusive')
    throw cause;
  throw new FluxError('inconclusive', `nothing can be said, a book cannot be read: ${cause.message}`, {
    cause: cause.cause,
    ...(cause.hint === undefined ? {} : { hint: cause.hint }),
  });
}

/** Dead letters are counted up to here: a healthy sale has none, and each brings its bytes along. */
const deadLettersCounted = 1_000;

/** Exit codes of faults that mean "something was not there to be read". */
const unreadable: ReadonlySet<number> = new Set([23, 24]);

async function verify(use: VerifyUse): Promise<VerifyReport> {
  const { ledger, orderLog, gateBook, clock, options } = use;
  const startMs = clock.monotonicMs();
  const findings = new Findings();
  const table = new IdTable();
  const sales = new KnownSales(await ledger.sales(), options.saleId, use.digest);
  const settled = await settle({
    ledger,
    orderLog,
    gateBook,
    clock,
    saleIds: sales.ids,
    waitMs: options.waitMs,
    graceMs: options.graceMs,
    waiting: (waitingFor) => use.progress?.({ waitingFor }),
  });

  // In this order: what the ledger counted stands in the log that is scanned later, never the other way round.
  const byState = ordersByState(await ledger.auditCounts(options.since ?? undefined), sales);
  const recorded = await ledger.recordedOffsets(ledgerGroup);
  const lag = await orderLog.lag(ledgerGroup);
  for (const { partition, nextOffset } of recorded) {
    const end = lag.find((one) => one.partition === partition)?.end ?? 0n;
    const found = logBehindLedger(partition, nextOffset, end);
    if (found) findings.add(found);
  }

  const { log, history, rows, waiting, deadLetters } = await readBooks(use, { sales, table, findings, lag });

  // The ledger counted its orders before the scan began, so a healthy log has at least as many.
  const logIsWhole = !log.trimmed && !table.overflowed;
  const surplus = logIsWhole && allOrders(byState) > log.recorded;
  const unexpected = surplus ? await nameUnexpected(ledger, options.saleId, table, findings, options.since) : 0;
  const revokedIds = [...new Set([...log.revokedIds, ...(history?.revokedIds ?? [])])];
  const revoked = tooManyRevoked(byState.revoked, options.maxRevoked, revokedIds);
  if (revoked) findings.add(revoked);
  const counters = checkCounters({
    settled,
    sales,
    salesNow: new KnownSales(await ledger.sales(), options.saleId, use.digest),
    findings,
    suspects: history?.absentIds ?? [],
    graceMs: options.graceMs,
  });

  return reportOf({
    at: clock.now(),
    tookMs: clock.monotonicMs() - startMs,
    findings,
    sales,
    settled,
    gateSource: gateBook?.source ?? null,
    historySource: use.history?.source ?? null,
    truncatedLines: use.history?.truncatedLines() ?? 0,
    earlierAnswers: use.history?.earlier() ?? 0,
    rows,
    deadLetters,
    byState,
    lag,
    recorded,
    log,
    logIsWhole,
    history,
    waiting,
    unexpected,
    counters,
    options,
  });
}

/**
 * The long readings. Log and history are streamed one after the other (the history's pass needs what the log's pass marked);
 * beside them the ledger counts, one query at a time, so that the streams keep their connections.
 */
async function readBooks(
  use: VerifyUse,
  made: {
    readonly sales: KnownSales;
    readonly table: IdTable;
    readonly findings: Findings;
    readonly lag: readonly PartitionLag[];
  },
) {
  const [streams, counted] = await Promise.all([readStreams(use, made), readRows(use, made)]);
  return { ...streams, ...counted };
}

type Made = Parameters<typeof readBooks>[1];

async function readStreams(
  { ledger, orderLog, history, progress, options: { since } }: VerifyUse,
  made: Made,
): Promise<{ readonly log: LogTally; readonly history: HistoryTally | null }> {
  const of = Number(made.lag.reduce((sum, one) => sum + one.end, 0n));
  const log = await readLog({
    ...made,
    orderLog,
    ledger,
    since,
    progress: (done) => progress?.({ book: 'order log', done, of }),
  });
  if (!history) return { log, history };
  const moving = async () => !sameEnds(made.lag, await orderLog.lag(ledgerGroup));
  const tally = await readBuyers({
    ...made,
    history,
    ledger,
    since,
    moving,
    progress: (done) => progress?.({ book: 'history', done, of: null }),
  });
  return { log, history: tally };
}

async function readRows({ ledger, gateBook, options }: VerifyUse, { sales, findings }: Made) {
  const rows = await checkRows(ledger, sales, findings);
  const waiting = await checkWaiting(ledger, findings, { graceMs: options.graceMs, judged: gateBook !== null });
  return { rows, waiting, deadLetters: (await ledger.deadLetters(deadLettersCounted)).length };
}

function sameEnds(a: readonly PartitionLag[], b: readonly PartitionLag[]): boolean {
  return a.every((one) => b.find((other) => other.partition === one.partition)?.end === one.end);
}
