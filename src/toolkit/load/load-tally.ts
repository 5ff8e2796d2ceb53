import type { HistoryOutcome } from '../history/history-entry.ts';
import { LatencyBook } from './latency-book.ts';
import type { LoadPart } from './load-part.ts';
import type { LoadProgress, OutcomeCounts } from './load-progress.ts';

/** Different error texts kept apart; a server that makes up a new text each time gets one line for the rest. */
const maxErrorTexts = 100;

interface OutcomeBook {
  readonly latency: LatencyBook;
  readonly service: LatencyBook;
}

/** Everything one generating process counts. Nothing is ever taken out again: errors and drops stay beside the good answers. */
export class LoadTally {
  arrived = 0;
  sent = 0;
  answered = 0;
  retries = 0;
  dropped = 0;
  givenUp = 0;
  inFlight = 0;
  lastArrivalMs = 0;
  lastAnswerMs = 0;
  readonly #outcomes = new Map<HistoryOutcome, OutcomeBook>();
  readonly #behaviours = new Map<string, { arrived: number; readonly answers: Map<HistoryOutcome, number> }>();
  readonly #calls = new Map<string, { failed: number; readonly latency: LatencyBook }>();
  readonly #errors = new Map<string, number>();
  #window = { sent: 0, answered: 0, atMs: 0, counts: new Map<HistoryOutcome, number>(), latency: new LatencyBook() };

  arrive(behaviour: string): void {
    this.arrived += 1;
    this.#behaviour(behaviour).arrived += 1;
  }

  answer(
    behaviour: string,
    outcome: HistoryOutcome,
    took: { readonly latencyMs: number; readonly serviceMs: number },
    error: string | undefined,
  ): void {
    this.answered += 1;
    let book = this.#outcomes.get(outcome);
    if (book === undefined) {
      book = { latency: new LatencyBook(), service: new LatencyBook() };
      this.#outcomes.set(outcome, book);
    }
    book.latency.record(took.latencyMs);
    book.service.record(took.serviceMs);
    this.#window.latency.record(took.latencyMs);
    const { answers } = this.#behaviour(behaviour);
    answers.set(outcome, (answers.get(outcome) ?? 0) + 1);
    this.#fail(error);
  }

  /** What a buyer asked besides orders, from the moment it was due. */
  call(kind: string, latencyMs: number, error: string | undefined): void {
    let of = this.#calls.get(kind);
    if (of === undefined) {
      of = { failed: 0, latency: new LatencyBook() };
      this.#calls.set(kind, of);
    }
    of.latency.record(latencyMs);
    if (error === undefined) return;
    of.failed += 1;
    this.#fail(`${kind}: ${error}`);
  }

  #fail(error: string | undefined): void {
    if (error !== undefined) {
      const text = this.#errors.has(error) || this.#errors.size < maxErrorTexts ? error : 'others';
      this.#errors.set(text, (this.#errors.get(text) ?? 0) + 1);
    }
  }

  counts(): OutcomeCounts {
    return Object.fromEntries([...this.#outcomes].map(([outcome, { latency }]) => [outcome, latency.n]));
  }

  /** Over all answers so far. */
  latency(): LatencyBook {
    const all = new LatencyBook();
    for (const { latency } of this.#outcomes.values()) all.add(latency);
    return all;
  }

  part(): Pick<
    LoadPart,
    | 'arrived'
    | 'sent'
    | 'retries'
    | 'givenUp'
    | 'dropped'
    | 'lastArrivalMs'
    | 'lastAnswerMs'
    | 'outcomes'
    | 'behaviours'
    | 'calls'
    | 'errors'
  > {
    const { arrived, sent, retries, givenUp, dropped, lastArrivalMs, lastAnswerMs } = this;
    return {
      ...{ arrived, sent, retries, givenUp, dropped, lastArrivalMs, lastAnswerMs },
      outcomes: Object.fromEntries(
        [...this.#outcomes].map(([outcome, { latency, service }]) => [
          outcome,
          { latency: latency.encode(), service: service.encode() },
        ]),
      ),
      behaviours: Object.fromEntries(
        [...this.#behaviours].map(([name, of]) => [
          name,
          { arrived: of.arrived, answers: Object.fromEntries(of.answers) },
        ]),
      ),
      calls: Object.fromEntries(
        [...this.#calls].map(([kind, { failed, latency }]) => [kind, { failed, latency: latency.encode() }]),
      ),
      errors: [...this.#errors].map(([error, n]) => ({ error, n })),
    };
  }

  /** What happened since the last call; begins the next window. */
  takeWindow(nowMs: number): Omit<LoadProgress['window'], 'p99Ms'> & { readonly latency: LatencyBook } {
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
      latency,
    };
  }

  #behaviour(name: string): { arrived: number; readonly answers: Map<HistoryOutcome, number> } {
    let of = this.#behaviours.get(name);
    if (of === undefined) {
      of = { arrived: 0, answers: new Map() };
      this.#behaviours.set(name, of);
    }
    return of;
  }
}
