import { plannedRateAt } from './arrival-schedule.ts';
import type { EncodedBook } from './latency-book.ts';
import type { LoadProgress, OutcomeCounts, StockReading } from './load-progress.ts';
import type { LoadRun } from './load-run.ts';
import type { Scenario } from './scenario.ts';
import { sumBooks, sumCounts, total } from './sum-parts.ts';

/** Where one generating process stands: what can be added to that of others. */
export interface GeneratorProgress {
  readonly arrived: number;
  readonly sent: number;
  readonly answered: number;
  readonly inFlight: number;
  readonly retriesWaiting: number;
  readonly dropped: number;
  readonly late: number;
  readonly outcomes: OutcomeCounts;
  /** Over all answers so far. */
  readonly latency: EncodedBook;
  /** Since the progress before. */
  readonly window: {
    readonly requestsPerSecond: number;
    readonly answersPerSecond: number;
    readonly outcomesPerSecond: OutcomeCounts;
    readonly latency: EncodedBook;
  };
}

/** Where a run stands now; begins its next window. */
export function generatorProgress(run: LoadRun): GeneratorProgress {
  const { tally, watch, retriesWaiting } = run;
  const { arrived, sent, answered, inFlight, dropped } = tally;
  const { latency, ...window } = tally.takeWindow(run.elapsedMs());
  return {
    ...{ arrived, sent, answered, inFlight, retriesWaiting, dropped, late: watch.late },
    outcomes: tally.counts(),
    latency: tally.latency().encode(),
    window: { ...window, latency: latency.encode() },
  };
}

/** What is known beside the generators. */
export interface ProgressFacts {
  readonly scenario: Scenario;
  readonly planMs: number;
  readonly plannedArrivals: number;
  readonly elapsedMs: number;
  readonly stock: readonly StockReading[] | null;
}

/** Where a run of several generating processes stands, or of one. */
export function sumProgress(of: readonly GeneratorProgress[], facts: ProgressFacts): LoadProgress {
  const { scenario, planMs, plannedArrivals, elapsedMs, stock } = facts;
  const windows = of.map(({ window }) => window);
  const arrived = total(of, (each) => each.arrived);
  const windowLatency = sumBooks(windows.map((window) => window.latency));
  return {
    elapsedMs,
    planMs,
    phase: arrived < plannedArrivals ? 'arriving' : 'finishing',
    plannedArrivals,
    arrived,
    requests: total(of, (each) => each.sent),
    answers: total(of, (each) => each.answered),
    inFlight: total(of, (each) => each.inFlight),
    retriesWaiting: total(of, (each) => each.retriesWaiting),
    dropped: total(of, (each) => each.dropped),
    late: total(of, (each) => each.late),
    outcomes: sumCounts(of.map((each) => each.outcomes)),
    window: {
      requestsPerSecond: total(windows, (window) => window.requestsPerSecond),
      answersPerSecond: total(windows, (window) => window.answersPerSecond),
      outcomesPerSecond: sumCounts(windows.map((window) => window.outcomesPerSecond)),
      p99Ms: windowLatency.n === 0 ? null : windowLatency.percentileMs(99),
    },
    targetArrivalsPerSecond: plannedRateAt(scenario.arrivals, elapsedMs),
    latencyMs: sumBooks(of.map((each) => each.latency)).summary(),
    stock,
  };
}
