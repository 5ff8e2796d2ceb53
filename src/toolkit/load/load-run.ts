import type { HistoryWriter } from '../history/write-history.ts';
import { durationMsOf } from './arrival-schedule.ts';
import { type Attempt, BuyerJourneys } from './buyer-journeys.ts';
import { planArrival } from './buyer-plan.ts';
import type { CallClient } from './call-client.ts';
import { GeneratorWatch } from './generator-watch.ts';
import type { LoadPart } from './load-part.ts';
import type { LoadResult } from './load-result.ts';
import { LoadTally } from './load-tally.ts';
import type { OrderAnswer, OrderClient } from './order-client.ts';
import { RetryQueue } from './retry-queue.ts';
import type { Scenario } from './scenario.ts';
import { chanceAt } from './seeded-chance.ts';
import { SliceBook, sliceMsOf } from './slice-book.ts';
import type { SlowClient, SlowEnd } from './slow-client.ts';

export interface LoadRunOptions {
  readonly scenario: Scenario;
  readonly saleId: string;
  readonly seed: number;
  readonly crowd: string;
  /** Of every arrival of this share, in milliseconds from the start. */
  readonly moments: Float64Array;
  /** The n-th moment is that of arrival index + n * of: several processes send one crowd. */
  readonly share: { readonly index: number; readonly of: number };
  readonly maxInFlight: number;
  readonly client: OrderClient;
  readonly calls: CallClient;
  readonly slow: SlowClient;
  readonly history: HistoryWriter | null;
}

/** After so many sends in one go the answers are read first: a slice of about 5 ms. */
const maxBurst = 100;
/** The pacer looks up at least this often, so that a stop is seen. */
const longestPauseMs = 50;
const retryStream = 3;

/** One run: paces the arrivals, sends, counts, retries. Used once. */
export class LoadRun {
  readonly tally = new LoadTally();
  readonly watch = new GeneratorWatch();
  readonly #slices: SliceBook;
  readonly #sliceMs: number;
  #ended: LoadResult['ended'] = 'completed';
  readonly #use: LoadRunOptions;
  readonly #retries = new RetryQueue();
  readonly #journeys: BuyerJourneys;
  #zero = performance.now();
  #stopped = false;
  /** The next arrival. */
  #next = 0;
  #pumping = false;
  /** A timer is set for the next pump. */
  #waking = false;
  #onArrived: () => void = () => {};
  #onFailed: (error: unknown) => void = () => {};
  #onIdle: (() => void) | null = null;

  constructor(use: LoadRunOptions) {
    this.#use = use;
    this.#sliceMs = sliceMsOf(durationMsOf(use.scenario.arrivals));
    this.#slices = new SliceBook(this.#sliceMs, use.scenario.limits.hardStopSeconds * 1_000);
    this.#journeys = new BuyerJourneys({
      ...{ scenario: use.scenario, client: use.calls, tally: this.tally, watch: this.watch, waiting: this.#retries },
      elapsedMs: () => this.elapsedMs(),
      chance: () => chanceAt(use.seed, retryStream, this.tally.sent),
      send: (attempt) => this.#send(attempt),
      onStep: () => this.#lookIdle(),
    });
  }

  get retriesWaiting(): number {
    return this.#retries.waiting;
  }

  elapsedMs(): number {
    return performance.now() - this.#zero;
  }

  /**
   * Runs to the last answer, the hard stop or the signal, whichever is first, and gives back what it counted. Zero of all
   * times is a moment of `process.hrtime`, which may be a little ahead.
   */
  async finish(signal: AbortSignal | undefined, startAtNs: bigint): Promise<LoadPart> {
    const aheadMs = Number(startAtNs - process.hrtime.bigint()) / 1e6;
    this.#zero = performance.now() + aheadMs;
    if (aheadMs > 0) await new Promise((resolve) => setTimeout(resolve, aheadMs));
    this.watch.start();
    const sampling = setInterval(() => this.#sample(), this.#sliceMs);
    const hardStop = setTimeout(() => this.#stop('hard_stop'), this.#use.scenario.limits.hardStopSeconds * 1_000);
    const interrupt = (): void => this.#stop('interrupted');
    if (signal?.aborted) interrupt();
    signal?.addEventListener('abort', interrupt, { once: true });
    try {
      await this.#arrive();
      this.watch.arrivalsOver();
      await this.#idle();
    } finally {
      clearTimeout(hardStop);
      clearInterval(sampling);
      signal?.removeEventListener('abort', interrupt);
    }
    this.#sample();
    const { late } = this.watch;
    return {
      ended: this.#ended,
      late,
      ...this.tally.part(),
      fairness: this.#journeys.fairness(),
      slices: this.#slices.parts(),
      ...this.watch.part(),
    };
  }

  /** The timer of a busy loop comes late: the middle of what was sampled names the slice. */
  #sample(): void {
    this.#slices.sampled(this.elapsedMs() - this.#sliceMs / 2, this.tally.inFlight, this.watch.takeSample());
  }

  #stop(why: 'hard_stop' | 'interrupted'): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#ended = why;
    this.tally.givenUp += this.#retries.close();
    // every request under way is answered as aborted; then the run is idle
    this.#use.client.stop();
    this.#use.calls.stop();
    this.#use.slow.stop();
    this.#onArrived();
    this.#lookIdle();
  }

  /** Resolves when everybody has come, or the run was stopped. */
  #arrive(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#stopped) return resolve();
      this.#onArrived = resolve;
      this.#onFailed = reject;
      this.#pump();
    });
  }

  /**
   * Sends whoever is due. Called by its own timer, which is a millisecond late at best, and after every answer: under load
   * that is every few microseconds, so that nobody waits for the timer.
   */
  #pump(): void {
    if (this.#pumping || this.#stopped) return;
    const { moments, history } = this.#use;
    this.#pumping = true;
    let gapMs = this.#gapMs();
    for (let burst = 0; burst < maxBurst && gapMs <= 0; burst += 1) {
      this.#arriveOne(this.#next, moments[this.#next] ?? 0);
      this.#next += 1;
      gapMs = this.#gapMs();
    }
    if (history?.full) {
      // stays pumping: nobody is sent until the disk has caught up
      history.drained().then(
        () => {
          this.#pumping = false;
          this.#pump();
        },
        (error: unknown) => this.#onFailed(error),
      );
      return;
    }
    this.#pumping = false;
    if (this.#next >= moments.length) this.#onArrived();
    else this.#pumpLater(gapMs);
  }

  /** To the next arrival; endless after the last. */
  #gapMs(): number {
    return (this.#use.moments[this.#next] ?? Number.POSITIVE_INFINITY) - this.elapsedMs();
  }

  #pumpLater(gapMs: number): void {
    if (this.#waking) return;
    this.#waking = true;
    const wake = (): void => {
      this.#waking = false;
      this.#pump();
    };
    if (gapMs <= 0) setImmediate(wake);
    else setTimeout(wake, Math.min(gapMs, longestPauseMs));
  }

  #arriveOne(arrival: number, dueMs: number): void {
    const { scenario, seed, crowd, share } = this.#use;
    const { behaviour, orders } = planArrival(scenario, seed, crowd, share.index + arrival * share.of);
    const nowMs = this.elapsedMs();
    this.tally.arrive(behaviour);
    this.tally.lastArrivalMs = nowMs;
    this.#slices.arrived(nowMs);
    for (const order of orders) {
      const attempt = { order, behaviour, retry: 0, dueMs, arrivedMs: dueMs };
      if (behaviour === 'slow') this.#sendSlowly(attempt);
      else this.#send(attempt);
    }
  }

  /** Whether there is room for one more under way, which it then is. Who is dropped hears so. */
  #begin(attempt: Attempt): boolean {
    const { tally } = this;
    if (tally.inFlight < this.#use.maxInFlight) {
      tally.inFlight += 1;
      return true;
    }
    tally.dropped += 1;
    this.#slices.dropped(attempt.dueMs);
    // whoever retries stays and tries again; anybody else has left
    this.#journeys.heard(attempt, { outcome: 'overloaded', retryAfterSeconds: null });
    return false;
  }

  #send(attempt: Attempt): void {
    const { tally } = this;
    if (!this.#begin(attempt)) return;
    tally.sent += 1;
    if (attempt.retry > 0) tally.retries += 1;
    const lagMs = Math.max(0, this.elapsedMs() - attempt.dueMs);
    const late = this.watch.sent(lagMs);
    this.#slices.sent(attempt.dueMs, { lagMs, late, retry: attempt.retry > 0 });
    this.#use.client.send(attempt.order, (answer) => this.#answered(attempt, answer));
  }

  #answered(attempt: Attempt, answer: OrderAnswer): void {
    const sentMs = answer.sentAt - this.#zero;
    const doneMs = answer.doneAt - this.#zero;
    this.tally.inFlight -= 1;
    this.tally.lastAnswerMs = doneMs;
    const took = { latencyMs: doneMs - attempt.dueMs, serviceMs: doneMs - sentMs };
    this.tally.answer(attempt.behaviour, answer.outcome, took, answer.error);
    this.#slices.answered(answer.outcome, attempt.dueMs, doneMs);
    this.#use.history?.write({
      scheduledMs: toMicroseconds(attempt.dueMs),
      sentMs: toMicroseconds(sentMs),
      doneMs: toMicroseconds(doneMs),
      saleId: this.#use.saleId,
      userId: attempt.order.userId,
      key: attempt.order.key,
      lines: attempt.order.lines,
      status: answer.status,
      outcome: answer.outcome,
      ...(answer.orderId === undefined ? {} : { orderId: answer.orderId }),
      ...(answer.error === undefined ? {} : { error: answer.error }),
      ...(attempt.retry === 0 ? {} : { retry: attempt.retry }),
    });
    this.#journeys.heard(attempt, answer);
    this.#lookIdle();
    this.#pump();
  }

  /**
   * A slow request is counted apart, but for its answer: that is an order's, and waits from its last byte. Under way it is from
   * the first: it holds a connection of the server and of this machine.
   */
  #sendSlowly(attempt: Attempt): void {
    if (!this.#begin(attempt)) return;
    this.#use.slow.send(attempt.order, (end: SlowEnd) => {
      const nowMs = this.elapsedMs();
      const error = end.kind === 'not_connected' || end.kind === 'aborted' ? end.kind : undefined;
      this.tally.call(`slow ${end.kind.replace('_', ' ')}`, nowMs - attempt.dueMs, error);
      if (end.kind === 'sent') {
        this.tally.sent += 1;
        this.#slices.slowlySent(end.answer.sentAt - this.#zero);
        this.#answered({ ...attempt, dueMs: end.answer.sentAt - this.#zero }, end.answer);
        return;
      }
      this.tally.inFlight -= 1;
      this.#lookIdle();
    });
  }

  #idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#onIdle = resolve;
      this.#lookIdle();
    });
  }

  #lookIdle(): void {
    const asked = this.tally.inFlight + this.#journeys.asking;
    if (asked === 0 && this.#retries.waiting === 0) this.#onIdle?.();
  }
}

/** Three decimals: a microsecond. */
function toMicroseconds(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
