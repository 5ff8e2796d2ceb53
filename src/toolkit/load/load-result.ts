import type { HistoryOutcome } from '../history/history-entry.ts';
import type { GeneratorReport } from './generator-watch.ts';
import type { LatencySummary } from './latency-book.ts';

export type OutcomeCounts = Readonly<Partial<Record<HistoryOutcome, number>>>;

/** Free units as the server last said. */
export interface StockReading {
  readonly productId: string;
  readonly total: number;
  readonly free: number;
}

/** Where a run stands; given a few times a second. */
export interface LoadProgress {
  /** Milliseconds since the first scheduled moment. */
  readonly elapsedMs: number;
  /** How long the plan is; answers and retries may take longer. */
  readonly planMs: number;
  readonly phase: 'arriving' | 'finishing';
  readonly plannedArrivals: number;
  readonly arrived: number;
  readonly requests: number;
  readonly answers: number;
  readonly inFlight: number;
  readonly retriesWaiting: number;
  readonly dropped: number;
  readonly late: number;
  readonly outcomes: OutcomeCounts;
  /** Since the last progress. */
  readonly window: {
    readonly requestsPerSecond: number;
    readonly answersPerSecond: number;
    readonly outcomesPerSecond: OutcomeCounts;
    /** Over all answers of the window, from the scheduled moment; null where there was none. */
    readonly p99Ms: number | null;
  };
  readonly targetArrivalsPerSecond: number;
  /** Over all answers so far, from the scheduled moment. */
  readonly latencyMs: LatencySummary;
  /** Null while nobody knows (the server is away, or it was not asked). */
  readonly stock: readonly StockReading[] | null;
}

export interface OutcomeReport {
  /** From the scheduled moment to the answer, in milliseconds: what a buyer waits. */
  readonly latencyMs: LatencySummary;
  /** From the request on the wire to the answer, in milliseconds: what the server was seen to take. */
  readonly serviceMs: LatencySummary;
}

export interface ThresholdCheck {
  readonly name: string;
  readonly limit: number;
  /** Null where nothing was measured. */
  readonly actual: number | null;
  readonly ok: boolean;
  /** Whether a generator that did not keep up makes the number worthless. */
  readonly needsHonestGenerator: boolean;
}

export type LoadVerdict = 'passed' | 'failed' | 'inconclusive';

/** What a run came to. Written as it is by `--json` and `--report`. */
export interface LoadResult {
  readonly format: 'fluxgate-load';
  readonly version: 1;
  readonly title: string;
  readonly seed: number;
  readonly target: string;
  readonly saleId: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** To the last answer. */
  readonly durationMs: number;
  readonly ended: 'completed' | 'hard_stop' | 'interrupted';
  /** True where client and server share a machine: they took processor time from each other. */
  readonly sharedMachine: boolean;
  readonly arrivals: {
    readonly planned: number;
    readonly arrived: number;
    readonly targetPerSecond: number;
    readonly achievedPerSecond: number;
  };
  readonly requests: {
    readonly sent: number;
    readonly answered: number;
    readonly retries: number;
    /** Orders whose last answer asked for another try that the run had no time or room for. */
    readonly givenUp: number;
    /** Not sent: as many as `maxInFlight` were under way. */
    readonly dropped: number;
    /** Sent later than generatorLimits.lateMs after their moment. */
    readonly late: number;
    readonly errorRate: number;
    readonly goodputPerSecond: number;
  };
  readonly all: OutcomeReport;
  readonly outcomes: Readonly<Partial<Record<HistoryOutcome, OutcomeReport>>>;
  /** Error texts and how often each was met: the commonest twenty. */
  readonly errors: readonly { readonly error: string; readonly n: number }[];
  readonly generator: GeneratorReport;
  readonly thresholds: readonly ThresholdCheck[];
  /** Why the numbers are to be doubted; empty where they are not. */
  readonly doubts: readonly string[];
  readonly verdict: LoadVerdict;
  /** Where every request was written, or null. */
  readonly history: string | null;
}
