import type { HistoryOutcome } from '../history/history-entry.ts';

/** After these the same key is tried again: the server asked for it, or nobody answered. */
const retried: ReadonlySet<HistoryOutcome> = new Set<HistoryOutcome>([
  'rate_limited',
  'unknown',
  'rebuilding',
  'overloaded',
  'connection_error',
  'timeout',
]);

/** Where the server names no time: doubled each time from the first to the most, as a patient page would. */
const firstPauseMs = 100;
const mostPauseMs = 2_000;
/** An hour of Retry-After is an instruction to come another day; the run ends long before. */
const mostRetryAfterMs = 3_600_000;

/** How long a buyer waits before the next try, in milliseconds; null where the answer is final. */
export function pauseBeforeRetryMs(
  outcome: HistoryOutcome,
  triesSoFar: number,
  retryAfterSeconds: number | null,
  chance: number,
): number | null {
  return retried.has(outcome) ? pauseBeforeTryMs(triesSoFar, retryAfterSeconds, chance) : null;
}

/**
 * The same for whoever tries again in any case. Retry-After is kept; up to half as much is added by `chance`, so that a crowd
 * does not come back as one.
 */
export function pauseBeforeTryMs(triesSoFar: number, retryAfterSeconds: number | null, chance: number): number {
  const asked =
    retryAfterSeconds === null
      ? Math.min(mostPauseMs, firstPauseMs * 2 ** Math.min(triesSoFar - 1, 10))
      : Math.min(mostRetryAfterMs, retryAfterSeconds * 1_000);
  return asked * (1 + chance / 2);
}

/** Retry-After in whole seconds (RFC 9110, section 10.2.3); its date form is not one of ours and counts as absent. */
export function parseRetryAfter(header: string | readonly string[] | undefined): number | null {
  const text = typeof header === 'string' ? header : header?.[0];
  return text !== undefined && /^\d{1,9}$/.test(text.trim()) ? Number(text) : null;
}
