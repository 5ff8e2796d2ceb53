import { type HistoryOutcome, historyOutcomes } from '../history/history-entry.ts';
import type { Fairness } from './fairness-book.ts';
import type { LoadResult, LoadVerdict, OutcomeReport, ThresholdCheck } from './load-result.ts';
import type { Thresholds } from './scenario.ts';

/** The numbers that thresholds are about. */
export interface MeasuredLoad {
  readonly errorRate: number;
  /** The error rate of what was sent: without drops, and calls that failed after they waited for a connection. */
  readonly errorRateOfSent: number;
  /** Accepted orders a second. */
  readonly goodputPerSecond: number;
  /** Requests that were due and not sent. */
  readonly dropped: number;
  readonly outcomes: Readonly<Partial<Record<HistoryOutcome, OutcomeReport>>>;
  readonly fairness: Fairness;
}

/** The check that every run has, whatever its scenario asks. */
export const droppedRequests = 'dropped requests';

/**
 * Holds each threshold of the scenario against what was measured. The latency of an outcome that never came is null: nobody
 * knows. Drops need no threshold: a crowd that was not sent was not measured, and a run that dropped anybody has failed.
 */
export function checkThresholds(thresholds: Thresholds, measured: MeasuredLoad): ThresholdCheck[] {
  const { dropped } = measured;
  const checks: ThresholdCheck[] = [
    { name: droppedRequests, limit: 0, actual: dropped, ok: dropped === 0, needsHonestGenerator: true },
  ];
  const { maxErrorRate, minGoodputPerSecond } = thresholds;
  if (maxErrorRate !== null) {
    const { errorRate: actual } = measured;
    const ok = actual <= maxErrorRate;
    const needsHonestGenerator = !ok && measured.errorRateOfSent <= maxErrorRate;
    checks.push({ name: 'error rate', limit: maxErrorRate, actual, ok, needsHonestGenerator });
  }
  checks.push(...latencyChecks(thresholds, measured.outcomes));
  if (minGoodputPerSecond !== null) {
    const { goodputPerSecond: actual } = measured;
    const ok = actual >= minGoodputPerSecond;
    checks.push({ name: 'goodput (accepted/s)', limit: minGoodputPerSecond, actual, ok, needsHonestGenerator: true });
  }
  checks.push(...fairnessChecks(thresholds, measured.fairness));
  return checks;
}

function latencyChecks(thresholds: Thresholds, outcomes: MeasuredLoad['outcomes']): ThresholdCheck[] {
  const of = [
    { label: 'p50', field: 'p50', limits: thresholds.p50Ms },
    { label: 'p99', field: 'p99', limits: thresholds.p99Ms },
    { label: 'longest', field: 'max', limits: thresholds.maxMs },
  ] as const;
  return of.flatMap(({ label, field, limits }) =>
    historyOutcomes.flatMap((outcome): ThresholdCheck[] => {
      const limit = limits?.[outcome];
      if (limit === undefined) return [];
      const actual = outcomes[outcome]?.latencyMs[field] ?? null;
      const ok = actual !== null && actual <= limit;
      return [{ name: `${label} of ${outcome} (ms)`, limit, actual, ok, needsHonestGenerator: true }];
    }),
  );
}

function fairnessChecks(thresholds: Thresholds, { firstCome, botShare }: Fairness): ThresholdCheck[] {
  const checks: ThresholdCheck[] = [];
  const { minFirstCome, maxBotShare } = thresholds.fairness ?? {};
  if (minFirstCome !== undefined) {
    const ok = firstCome !== null && firstCome >= minFirstCome;
    checks.push({
      name: 'first come, first served',
      limit: minFirstCome,
      actual: firstCome,
      ok,
      needsHonestGenerator: true,
    });
  }
  if (maxBotShare !== undefined) {
    const ok = botShare !== null && botShare <= maxBotShare;
    checks.push({ name: 'units that bots got', limit: maxBotShare, actual: botShare, ok, needsHonestGenerator: true });
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
