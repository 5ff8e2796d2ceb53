import type { HistoryOutcome } from '../history/history-entry.ts';
import { LatencyBook } from './latency-book.ts';
import type { LoadProgress, LoadResult, OutcomeCounts, OutcomeReport } from './load-result.ts';
import { definiteOutcomes, errorOutcomes } from './outcome-of-answer.ts';

/** Different error texts kept apart; a server that makes up a new text each time gets one line for the rest. */
const maxErrorTexts = 100;
const errorTextsTold = 20;

class OutcomeBook {
  readonly latency = new LatencyBook();
  readonly service = new LatencyBook();

  report(): OutcomeReport {
    return { latencyMs: this.latency.summary(), serviceMs: this.service.summary() };
  }
}

/** Everything a run counts. Nothing is ever taken out again: errors and drops stay beside the good answers. */
export class LoadTally {
  arrived = 0;
  sent = 0;
  answered = 0;
  retries = 0;
  dropped = 0;
  givenUp = 0;
  inFlight = 0;
  readonly #all = new OutcomeBook();
  readonly #outcomes = new Map<HistoryOutcome, OutcomeBook>();
  readonly #errors = new Map<string, number>();
  #window = { sent: 0, answered: 0, atMs: 0, counts: new Map<HistoryOutcome, number>(), latency: new LatencyBook() };

  answer(outcome: HistoryOutcome, latencyMs: number, serviceMs: number, error: string | undefined): void {
    this.answered += 1;
    let book = this.#outcomes.get(outcome);
    if (book === undefined) {
      book = new OutcomeBook();
      this.#outcomes.set(outcome, book);
    }
    for (const { latency, service } of [this.#all, book]) {
      latency.record(latencyMs);
      service.record(serviceMs);
    }
    this.#window.latency.record(latencyMs);
    if (error !== undefined) {
      const text = this.#errors.has(error) || this.#errors.size < maxErrorTexts ? error : 'others';
      this.#errors.set(text, (this.#errors.get(text) ?? 0) + 1);
    }
  }

  counts(): OutcomeCounts {
    return Object.fromEntries([...this.#outcomes].map(([outcome, { latency }]) => [outcome, latency.n]));
  }

  all(): OutcomeReport {
    return this.#all.report();
  }

  outcomes(): Readonly<Partial<Record<HistoryOutcome, OutcomeReport>>> {
    return Object.fromEntries([...this.#outcomes].map(([outcome, book]) => [outcome, book.report()]));
  }

  errors(): LoadResult['errors'] {
    return [...this.#errors]
      .map(([error, n]) => ({ error, n }))
      .sort((a, b) => b.n - a.n)
      .slice(0, errorTextsTold);
  }

  /** Errors and drops as a part of everything that was wanted; 0 where nothing was. */
  errorRate(): number {
    const wanted = this.answered + this.dropped;
    return wanted === 0 ? 0 : (this.#countOf(errorOutcomes) + this.dropped) / wanted;
  }

  definiteAnswers(): number {
    return this.#countOf(definiteOutcomes);
  }

  /** What happened since the last call; begins the next window. */
  takeWindow(nowMs: number): LoadProgress['window'] {
    const { sent, answered, atMs, counts, latency } = this.#window;
    const seconds = Math.max(0.001, (nowMs - atMs) / 1_000);
    const now = new Map([...this.#outcomes].map(([outcome, book]) => [outcome, book.latency.n]));
    const outcomesPerSecond = Object.fromEntries(
      [...now].map(([outcome, n]) => [outcome, (n - (counts.get(outcome) ?? 0)) / seconds]),
    );
    this.#window = { sent: this.sent, answered: this.answered, atMs: nowMs, counts: now, latency: new LatencyBook() };
    return {
      requestsPerSecond: (this.sent - sent) / seconds,
      answersPerSecond: (this.answered - answered) / seconds,
      outcomesPerSecond,
      p99Ms: latency.n === 0 ? null : latency.percentileMs(99),
    };
  }

  #countOf(wanted: ReadonlySet<HistoryOutcome>): number {
    let sum = 0;
    for (const [outcome, { latency }] of this.#outcomes) if (wanted.has(outcome)) sum += latency.n;
    return sum;
  }
}
