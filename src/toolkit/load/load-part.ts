import type { HistoryOutcome } from '../history/history-entry.ts';
import type { FairnessPart } from './fairness-book.ts';
import type { EncodedBook } from './latency-book.ts';
import type { OutcomeCounts } from './load-progress.ts';
import type { LoadResult } from './load-result.ts';

/** What one generating process saw of one slice of time. */
export interface PartSlice {
  readonly arrived: number;
  readonly sent: number;
  readonly retries: number;
  readonly dropped: number;
  readonly late: number;
  readonly answers: OutcomeCounts;
  /** Of the requests that were due in this slice. */
  readonly latency: Readonly<Partial<Record<HistoryOutcome, EncodedBook>>>;
  readonly inFlight: number;
  readonly sendLag: EncodedBook;
  readonly eventLoopDelayMaxMs: number;
  readonly cpuCores: number;
  readonly busy: number;
}

/**
 * What one generating process brings home: its share of a run, made of nothing but counts and histograms, so that shares can
 * be added. A run in one process has one part. It is plain values: it travels from a child to its parent as it is.
 */
export interface LoadPart {
  readonly ended: LoadResult['ended'];
  readonly arrived: number;
  readonly sent: number;
  readonly retries: number;
  readonly givenUp: number;
  readonly dropped: number;
  readonly late: number;
  readonly lastArrivalMs: number;
  readonly lastAnswerMs: number;
  readonly outcomes: Readonly<
    Partial<Record<HistoryOutcome, { readonly latency: EncodedBook; readonly service: EncodedBook }>>
  >;
  readonly behaviours: Readonly<Record<string, { readonly arrived: number; readonly answers: OutcomeCounts }>>;
  /** What buyers asked besides orders, by kind. */
  readonly calls: Readonly<Record<string, { readonly failed: number; readonly latency: EncodedBook }>>;
  readonly fairness: FairnessPart;
  readonly errors: readonly { readonly error: string; readonly n: number }[];
  readonly slices: readonly PartSlice[];
  readonly sendLag: EncodedBook;
  /** Calls besides orders: all, those that waited too long for a connection, and those of them that failed. */
  readonly waitForConnection: { readonly asked: number; readonly late: number; readonly lateFailed: number };
  readonly eventLoopDelayMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly cpuCores: number;
  readonly busy: number;
}
