import type { LatencySummary } from '../load/latency-book.ts';
import type { TimedBenchResult } from './bench-result.ts';

/** One open-loop run against the bare route. */
export interface OpenLoopMeasure {
  readonly targetPerSecond: number;
  /** Requests that were sent in time and answered as an accepted order, a second. */
  readonly reachedPerSecond: number;
  readonly sendLagMs: LatencySummary;
  readonly latencyMs: LatencySummary;
  readonly dropped: number;
  readonly late: number;
  /** Answers of any other kind, and lost connections. */
  readonly others: number;
  /** Processor time of the generator for one request, in microseconds. */
  readonly cpuMicrosPerRequest: number;
  /** Part of the time that the generator's thread was at work. */
  readonly busy: number;
}

export interface LoadBenchRound {
  /** As fast as a number of connections can, each one question at a time. */
  readonly closed: { readonly perSecond: number; readonly latencyMs: LatencySummary; readonly busy: number };
  readonly half: OpenLoopMeasure;
  readonly full: OpenLoopMeasure;
}

/** Medians over the rounds. */
export interface LoadBenchFigures {
  readonly barePerSecond: number;
  readonly reachedPerSecond: number;
  /** What the generator reached as a part of the most that the same route answers to a closed loop. */
  readonly reachedToBare: number;
  /** In the middle, at half the rate. */
  readonly halfSendLagP50Ms: number;
  readonly halfSendLagP99Ms: number;
  readonly fullSendLagP50Ms: number;
  readonly fullSendLagP99Ms: number;
  readonly cpuMicrosPerRequest: number;
}

export interface LoadBenchResult extends TimedBenchResult<'load', LoadBenchFigures> {
  readonly connections: number;
  readonly rounds: readonly LoadBenchRound[];
}
