import { errorCodes } from '../../engine/domain/error-codes.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { isoOf } from '../../engine/domain/time.ts';
import type { CancelSignal, Clock } from '../../engine/ports/clock.ts';
import type { Verdict, VerifyReport } from './report-schema.ts';

/** A verdict that does not change says once a minute that it still stands. */
const heartbeatMs = 60_000;
/** The pause is at least this many times as long as the round was: the ledger is kept busy for a fifth of the time at most. */
const pausesARound = 4;

/** What a watch tells: the first verdict and every other one, now and then that it still stands, and at last how it ends. */
export type WatchEvent = WatchedVerdict | WatchEnd;

interface WatchedVerdict {
  readonly event: 'verdict' | 'heartbeat';
  /** ISO 8601. */
  readonly at: string;
  readonly verdict: Verdict;
  readonly exitCode: 0 | 20 | 23;
  readonly summary: string;
  /** Rounds so far, this one included, and how long it took. */
  readonly rounds: number;
  readonly tookMs: number;
  /** How long the verdict stands. */
  readonly sinceMs: number;
  /** With a verdict: the whole report; null where a book could not be read. */
  readonly report?: VerifyReport | null;
}

interface WatchEnd {
  readonly event: 'end';
  /** ISO 8601. */
  readonly at: string;
  /** The one that the watch ends with: the last, or `violated` where any round was. */
  readonly verdict: Verdict;
  readonly exitCode: 0 | 20 | 23;
  readonly summary: string;
  /** All of them, and how many were violated. */
  readonly rounds: number;
  readonly violatedRounds: number;
  /** When the first of these was told, ISO 8601; null where there was none. */
  readonly violatedAt: string | null;
}

export interface WatchUse {
  /** Verifies once. */
  readonly round: () => Promise<VerifyReport>;
  /** Pause between the end of a round and the next one. */
  readonly everyMs: number;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs' | 'sleep'>;
  readonly signal: CancelSignal;
  readonly tell: (event: WatchEvent) => void;
}

/**
 * Verifies again and again until `signal` aborts. Returns the exit code of the gravest verdict that lasts: 20 where any round was
 * violated, for units that were given back have been sold twice all the same; otherwise that of the last round, for what an
 * inconclusive one could not read the next one read. 23 where there was none. A book that cannot be read makes a round
 * inconclusive and does not end the watch. @throws any other fault of a round
 */
export async function watchVerdict(use: WatchUse): Promise<0 | 20 | 23> {
  const { clock, signal } = use;
  let last: Judged | null = null;
  let changedMs = 0;
  let toldMs = 0;
  let rounds = 0;
  let violated: Violated | null = null;
  while (!signal.aborted) {
    const startMs = clock.monotonicMs();
    const judged: Judged | null = await unlessCut(judge(use.round), signal);
    if (judged === null) break;
    rounds += 1;
    const nowMs = clock.monotonicMs();
    const at = isoOf(clock.now());
    violated = violatedSoFar(violated, judged, at);
    const isNew: boolean = last === null || markOf(last) !== markOf(judged);
    if (isNew) changedMs = nowMs;
    if (isNew || nowMs - toldMs >= heartbeatMs) {
      toldMs = nowMs;
      const { verdict, exitCode, summary, report } = judged;
      use.tell({
        ...{ event: isNew ? 'verdict' : 'heartbeat', at, verdict, exitCode, summary, rounds },
        tookMs: Math.round(nowMs - startMs),
        sinceMs: Math.round(nowMs - changedMs),
        ...(isNew ? { report } : {}),
      });
    }
    last = judged;
    await clock.sleep(Math.max(use.everyMs, pausesARound * (nowMs - startMs)), signal);
  }
  const { verdict, exitCode, summary } = violated?.judged ?? last ?? unjudged;
  use.tell({
    ...{ event: 'end', at: isoOf(clock.now()), verdict, exitCode, summary, rounds },
    ...{ violatedRounds: violated?.rounds ?? 0, violatedAt: violated?.at ?? null },
  });
  return exitCode;
}

/** What a watch has seen of violations. */
interface Violated {
  /** When the first was. */
  readonly at: string;
  readonly rounds: number;
  /** The latest of them. */
  readonly judged: Judged;
}

function violatedSoFar(before: Violated | null, judged: Judged, at: string): Violated | null {
  return judged.verdict === 'violated' ? { at: before?.at ?? at, rounds: (before?.rounds ?? 0) + 1, judged } : before;
}

/** Null where the signal comes first. A promise of the signal that outlives the rounds would keep what each of them found. */
function unlessCut<Result>(found: Promise<Result>, signal: CancelSignal): Promise<Result | null> {
  return new Promise((resolve, reject) => {
    const cut = (): void => resolve(null);
    signal.addEventListener('abort', cut, { once: true });
    if (signal.aborted) cut();
    const settled = () => signal.removeEventListener('abort', cut);
    found.finally(settled).then(resolve, reject);
  });
}

interface Judged {
  readonly verdict: Verdict;
  readonly exitCode: 0 | 20 | 23;
  readonly summary: string;
  readonly report: VerifyReport | null;
}

const unjudged: Judged = {
  ...{ verdict: 'inconclusive', exitCode: 23, report: null },
  summary: 'inconclusive: it was stopped before the first round was over',
};

async function judge(round: () => Promise<VerifyReport>): Promise<Judged> {
  try {
    const report = await round();
    const { verdict, exitCode, summary } = report;
    return { verdict, exitCode, summary, report };
  } catch (error) {
    const exitCode = error instanceof FluxError ? errorCodes[error.code] : 1;
    if (!(error instanceof FluxError) || (exitCode !== 23 && exitCode !== 24)) throw error;
    return { verdict: 'inconclusive', exitCode: 23, summary: `inconclusive: ${error.message}`, report: null };
  }
}

/**
 * What makes a verdict another one: the verdict, and which invariants are violated how often. Not the reasons of an
 * inconclusive one: they have counts in them that change with every order.
 */
function markOf({ verdict, report }: Judged): string {
  const broken = report?.invariants.filter((one) => one.verdict === 'violated') ?? [];
  return JSON.stringify([verdict, report === null, broken.map(({ name, findingsTotal }) => [name, findingsTotal])]);
}
