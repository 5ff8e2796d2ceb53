import type { HistoryOutcome } from '../history/history-entry.ts';
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
