import { type HistoryOutcome, historyOutcomes } from '../history/history-entry.ts';
import type { LoadResult, LoadVerdict, OutcomeReport, ThresholdCheck } from './load-result.ts';
import type { Thresholds } from './scenario.ts';

/** The numbers that thresholds are about. */
export interface MeasuredLoad {
  readonly errorRate: number;
  /** Accepted orders a second. */
  readonly goodputPerSecond: number;
  /** Requests that were due and not sent. */
  readonly dropped: number;
  readonly outcomes: Readonly<Partial<Record<HistoryOutcome, OutcomeReport>>>;
}

/**
 * Holds each threshold of the scenario against what was measured. The latency of an outcome that never came is null: nobody
 * knows. Drops need no threshold: a crowd that was not sent was not measured, and a run that dropped anybody has failed.
 */
export function checkThresholds(thresholds: Thresholds, measured: MeasuredLoad): ThresholdCheck[] {
  const { dropped } = measured;
  const checks: ThresholdCheck[] = [
    { name: 'dropped requests', limit: 0, actual: dropped, ok: dropped === 0, needsHonestGenerator: true },
  ];
  const { maxErrorRate, minGoodputPerSecond, p99Ms } = thresholds;
  if (maxErrorRate !== null) {
    const { errorRate: actual } = measured;
    const ok = actual <= maxErrorRate;
    checks.push({ name: 'error rate', limit: maxErrorRate, actual, ok, needsHonestGenerator: false });
  }
  for (const outcome of historyOutcomes) {
    const limit = p99Ms[outcome];
    if (limit === undefined) continue;
    const actual = measured.outcomes[outcome]?.latencyMs.p99 ?? null;
    const ok = actual !== null && actual <= limit;
    checks.push({ name: `p99 of ${outcome} (ms)`, limit, actual, ok, needsHonestGenerator: true });
  }
  if (minGoodputPerSecond !== null) {
    const { goodputPerSecond: actual } = measured;
    const ok = actual >= minGoodputPerSecond;
    checks.push({ name: 'goodput (accepted/s)', limit: minGoodputPerSecond, actual, ok, needsHonestGenerator: true });
  }
  return checks;
}

/** What else makes a run worth doubting, besides a generator that fell behind. Sentences. */
export function doubtsAbout(run: { readonly ended: LoadResult['ended']; readonly definiteAnswers: number }): string[] {
  const doubts: string[] = [];
  if (run.ended === 'hard_stop') doubts.push('the hard stop came before the last answer');
  if (run.ended === 'interrupted') doubts.push('the run was interrupted');
  if (run.definiteAnswers === 0) doubts.push('the server gave no definite answer at all');
  return doubts;
}

/**
 * A threshold that fails whatever the generator did is failed. Beyond that a doubtful run proves nothing, and neither does a
 * threshold on answers that never came.
 */
export function verdictOf(checks: readonly ThresholdCheck[], doubts: readonly string[]): LoadVerdict {
  if (checks.some((check) => !check.ok && !check.needsHonestGenerator)) return 'failed';
  if (doubts.length > 0) return 'inconclusive';
  if (checks.some((check) => !check.ok && check.actual !== null)) return 'failed';
  return checks.every((check) => check.ok) ? 'passed' : 'inconclusive';
}
