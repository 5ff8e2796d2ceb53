import { type InvariantName, invariants } from '../../engine/domain/invariants/finding.ts';
import type { Findings } from '../../engine/domain/invariants/findings.ts';
import type { OrderClasses } from '../../engine/domain/invariants/no-lost-order.ts';
import { type Instant, isoOf } from '../../engine/domain/time.ts';
import type { LedgerAudit } from '../../engine/ports/ledger-audit.ts';
import type { PartitionLag } from '../../engine/ports/order-log.ts';
import type { CounterTally } from './check-counters.ts';
import { countedWords } from './counted-words.ts';
import type { HistoryTally } from './history-pass.ts';
import type { KnownSales } from './known-sales.ts';
import { allOrders, type OrdersByState, type RowTally, type Waiting } from './ledger-pass.ts';
import type { LogTally } from './log-pass.ts';
import type { Settled } from './quiet.ts';
import type { InvariantReport, Verdict, VerifyReport } from './report-schema.ts';
import { sinceNote } from './since-note.ts';

/** Everything that was read and counted. */
export interface Evidence {
  readonly at: Instant;
  readonly tookMs: number;
  readonly findings: Findings;
  readonly sales: KnownSales;
  readonly settled: Settled;
  readonly gateSource: string | null;
  readonly historySource: string | null;
  readonly truncatedLines: number;
  /** Answers before `since`. */
  readonly earlierAnswers: number;
  readonly rows: RowTally;
  readonly deadLetters: number;
  readonly byState: OrdersByState;
  readonly lag: readonly PartitionLag[];
  readonly recorded: Awaited<ReturnType<LedgerAudit['recordedOffsets']>>;
  readonly log: LogTally;
  /** False where the log's beginning is gone, or the sale outgrew the table: orders cannot be traced back to records. */
  readonly logIsWhole: boolean;
  readonly history: HistoryTally | null;
  readonly waiting: Waiting;
  readonly unexpected: number;
  readonly counters: CounterTally;
  readonly options: { readonly saleId: string | null; readonly since: Instant | null };
}

/** Judges the evidence. Pure. */
export function reportOf(evidence: Evidence): VerifyReport {
  const { since } = evidence.options;
  const nothing = nothingToCheck(evidence);
  const judged = invariants.map(({ number, name }) => judge(evidence, number, name, nothing));
  const looked = lookedAt(evidence);
  const reasons = nothing === null ? invariants.flatMap(({ name }) => looked[name].doubts) : [nothing];
  const verdict: Verdict = judged.some((one) => one.verdict === 'violated')
    ? 'violated'
    : reasons.length > 0
      ? 'inconclusive'
      : 'holds';
  return {
    format: 'fluxgate-verify',
    version: 1,
    verdict,
    exitCode: verdict === 'violated' ? 20 : verdict === 'inconclusive' ? 23 : 0,
    summary: summaryOf(evidence, verdict, judged, reasons),
    at: isoOf(evidence.at),
    tookMs: Math.round(evidence.tookMs),
    waitedMs: Math.round(evidence.settled.waitedMs),
    sales: [...evidence.sales.ids],
    since: since === null ? null : isoOf(since),
    reasons: [...new Set(reasons)],
    books: booksOf(evidence),
    invariants: judged,
    classes: classesOf(evidence),
  };
}

/** Why there is nothing that could be right or wrong. */
function nothingToCheck({ sales, options, byState, history, log }: Evidence): string | null {
  if (sales.ids.length === 0) {
    return options.saleId === null ? 'the ledger has no sale' : `the ledger has no sale ${options.saleId}`;
  }
  const asked = history === null ? 0 : history.requests - history.passedOver;
  const when = options.since === null ? '' : ` since ${isoOf(options.since)}`;
  if (history !== null && asked === 0) return `the history holds no request of these sales${when}`;
  if (allOrders(byState) + log.records + asked === 0) return `there is no order${when}, and no history of requests`;
  return null;
}

function judge(evidence: Evidence, number: number, name: InvariantName, nothing: string | null): InvariantReport {
  const { since } = evidence.options;
  const earlier = { records: evidence.log.earlier, answers: evidence.earlierAnswers };
  const found = evidence.findings.of(name);
  const looked = lookedAt(evidence)[name];
  const doubts = nothing === null ? looked.doubts : [nothing];
  return {
    number,
    name,
    verdict: found.total > 0 ? 'violated' : doubts.length > 0 ? 'inconclusive' : 'holds',
    counted: looked.counted.map(([what, n]) => ({ what, n })),
    findings: found.kept.map((one) => ({ ...one, ids: [...one.ids], numbers: { ...one.numbers } })),
    findingsTotal: found.total,
    findingsAtLeast: found.atLeast,
    notes: [...doubts, ...looked.notes, ...(since === null ? [] : [sinceNote(since, name, earlier)])],
  };
}

interface Looked {
  readonly counted: readonly (readonly [what: string, n: number])[];
  /** Each makes the invariant inconclusive. */
  readonly doubts: readonly string[];
  readonly notes: readonly string[];
}

/** What each invariant went over, and what it could not. */
function lookedAt(evidence: Evidence): Readonly<Record<InvariantName, Looked>> {
  const { settled, counters, log, history, rows, waiting, byState } = evidence;
  const gateAbsent = evidence.gateSource === null;
  const orders = allOrders(byState);
  const whole = evidence.logIsWhole;
  const pending = pendingOf(evidence);
  return {
    'no-oversell': {
      counted: [
        ['products', counters.products],
        ['units', counters.units],
        ['orders', orders],
      ],
      doubts: [],
      notes: [],
    },
    conservation: {
      counted: [
        ['products by counters and lines', counters.products],
        ['products at the gate', counters.compared],
      ],
      doubts: !gateAbsent && settled.restless !== null ? [settled.restless] : [],
      notes: gateAbsent
        ? ["gate: absent (no server runs); order lines were held against the ledger's counters only"]
        : [],
    },
    'no-lost-order': {
      counted: [
        ['records in the log', log.records],
        ['orders heard as 200', history?.ordersHeard ?? 0],
        ['orders in the ledger', orders],
      ],
      doubts:
        pending > 0
          ? [
              `in the log and not yet in the ledger: ${countedWords(pending, 'orders')}; let a running serve record them`,
            ]
          : [],
      notes: [
        ...(history === null ? ['history: absent; only the log was held against the ledger'] : strangerNotes(history)),
        ...(whole ? [] : ['orders were not traced back to records: the log is trimmed, or too large']),
      ],
    },
    'no-duplicate': {
      counted: [
        ['keys in the ledger', orders - rows.surplusOrders],
        ['order ids recomputed', log.records + (history?.answers200 ?? 0)],
      ],
      doubts: [],
      notes: [],
    },
    limits: {
      counted: [
        ['orders with units', byState.accepted + byState.confirmed],
        ['products', counters.products],
      ],
      doubts: [],
      notes: [],
    },
    liveness: {
      counted: [
        ['orders waiting', byState.accepted],
        ['holds overdue', waiting.overdue],
        ['releases unacknowledged', waiting.stuckReleases],
        ['keys without a last word', history?.unknownKeys ?? 0],
        ['of these recovered', history?.recovered ?? 0],
      ],
      doubts: [],
      notes: [
        ...(gateAbsent ? ['gate: absent; deadlines were counted, not judged: nobody is there to keep them'] : []),
        ...(history?.unknownKeysAtMost
          ? ['too many keys were open at once: those without a last word are an upper bound']
          : []),
      ],
    },
  };
}

/** What makes one doubt that the history is of this ledger. It changes no verdict: a ledger that was made anew lost those orders. */
function strangerNotes({ unknownSales, otherOrders, answers200 }: HistoryTally): readonly string[] {
  return [
    ...(unknownSales.length === 0
      ? []
      : [`the history has requests of sales that the ledger does not have: ${unknownSales.join(', ')}`]),
    ...(answers200 > 0 && otherOrders === answers200
      ? ['not one answer of the history names an order of this ledger: is it of another sale or data folder?']
      : []),
  ];
}

function pendingOf({ log, history }: Evidence): number {
  return Math.max(log.pending, history?.pending ?? 0);
}

function classesOf(evidence: Evidence): OrderClasses {
  const { log, history, byState, unexpected, counters, findings } = evidence;
  const recovered = history?.recovered ?? 0;
  return {
    ok: Math.max(0, allOrders(byState) - byState.revoked - recovered - unexpected),
    lost: log.lost + (history ? history.lost - history.lostAndLogged : 0),
    unexpected,
    duplicated: (history?.duplicated ?? 0) + findings.total('row_twice') + findings.total('key_with_two_orders'),
    recovered,
    revoked: byState.revoked,
    late: log.late,
    stranded: counters.stranded,
    pending: pendingOf(evidence),
  };
}

function booksOf(evidence: Evidence): VerifyReport['books'] {
  const { history, settled, byState, log, lag, recorded, waiting, sales } = evidence;
  return {
    history: {
      state: history ? 'read' : 'absent',
      source: evidence.historySource,
      requests: history?.requests ?? 0,
      passedOver: history?.passedOver ?? 0,
      answers200: history?.answers200 ?? 0,
      ordersHeard: history?.ordersHeard ?? 0,
      unknownKeys: history?.unknownKeys ?? 0,
      recovered: history?.recovered ?? 0,
      earlier: evidence.earlierAnswers,
      truncatedLines: evidence.truncatedLines,
    },
    ledger: {
      state: 'read',
      products: evidence.counters.products,
      orders: allOrders(byState),
      byState: { ...byState },
      deadLetters: evidence.deadLetters,
      overdueHolds: waiting.overdue,
      stuckReleases: waiting.stuckReleases,
    },
    gate: {
      state: evidence.gateSource === null ? 'absent' : 'read',
      source: evidence.gateSource,
      sales: (settled.gate?.sales ?? [])
        .filter(({ saleId }) => sales.looksAt(saleId))
        .map(({ saleId, epoch, gate }) => ({
          saleId,
          epoch,
          rebuilding: gate === null,
          free: (gate?.products ?? []).reduce((sum, product) => sum + product.free, 0),
          outbox: gate?.outbox ?? 0,
        })),
    },
    orderLog: {
      state: 'read',
      partitions: lag.map(({ partition, end, committed }) => ({
        partition,
        end: end.toString(),
        committed: committed.toString(),
        recorded: recorded.find((one) => one.partition === partition)?.nextOffset.toString() ?? null,
      })),
      entries: log.entries,
      records: log.records,
      markers: log.markers,
      repeats: log.repeats,
      late: log.late,
      earlier: log.earlier,
      malformed: log.malformed,
      pending: log.pending,
    },
  };
}

function summaryOf(
  evidence: Evidence,
  verdict: Verdict,
  judged: readonly InvariantReport[],
  reasons: readonly string[],
): string {
  if (verdict === 'violated') {
    const broken = judged.filter((one) => one.verdict === 'violated');
    const total = broken.reduce((sum, one) => sum + one.findingsTotal, 0);
    return `violated: ${broken.map((one) => one.name).join(', ')} (${countedWords(total, 'findings')})`;
  }
  if (verdict === 'inconclusive') return `inconclusive: ${reasons[0] ?? ''}`;
  const absent = [...(evidence.gateSource === null ? ['gate'] : []), ...(evidence.history === null ? ['history'] : [])];
  const without = absent.length === 0 ? '' : ` (absent: ${absent.join(', ')})`;
  const { since } = evidence.options;
  const which = since === null ? '' : ` accepted since ${isoOf(since)}; nothing is said of those before`;
  return `holds: ${judged.length} invariants over ${countedWords(allOrders(evidence.byState), 'orders')}${which}${without}`;
}
