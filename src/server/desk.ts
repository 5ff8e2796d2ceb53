import { performance } from 'node:perf_hooks';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { codeOf } from '../engine/domain/flux-error.ts';
import { type Answer, unknownAnswer } from './answers/answer.ts';
import { thrownAnswer } from './answers/fault-answer.ts';
import type { AnswerMetrics, RouteMeter } from './metrics/answer-metrics.ts';
import { sendAnswer } from './send-answer.ts';

/** How often deadlines are looked at: an answer is late by this much at most. */
const lookMs = 100;
/** Above this a request is worth a line in the log. */
const slowMs = 1_000;

interface OpenRequest {
  readonly reply: FastifyReply;
  readonly meter: RouteMeter;
  readonly sinceMs: number;
  /** Neighbours by arrival; undefined once it was answered. */
  earlier: OpenRequest | null | undefined;
  later: OpenRequest | null | undefined;
}

/**
 * Where requests wait for the engine. Each is answered exactly once: by its outcome, by the fault that was thrown, or by
 * 503 `unknown` when the deadline is over. One timer looks after all of them, since they all have the same time.
 */
export class Desk {
  /**
   * The open requests by arrival, as a linked list. In a Set that is added to and deleted from 30,000 times a second, every
   * table that it grew out of keeps the requests that were open then: half of them survived the young generation, and
   * collecting them cost a fifth of a refusal.
   */
  #first: OpenRequest | null = null;
  #last: OpenRequest | null = null;
  #waiting = 0;
  readonly #timer: NodeJS.Timeout;
  readonly #timeoutMs: number;
  readonly #log: Logger;
  /** When each kind of line was last written: an outage must not flood the log. */
  readonly #written = new Map<string, number>();
  #nextTickMs = 0;

  constructor(timeoutMs: number, metrics: AnswerMetrics, log: Logger) {
    this.#timeoutMs = timeoutMs;
    this.#log = log;
    this.#timer = setInterval(() => this.#look(metrics), lookMs).unref();
  }

  /** Answers `reply` with what `work` comes to; `toAnswer` is pure and is given `asked` beside the outcome. */
  answer<Outcome, Asked>(
    reply: FastifyReply,
    meter: RouteMeter,
    work: Promise<Outcome>,
    toAnswer: (outcome: Outcome, asked: Asked) => Answer,
    asked: Asked,
  ): void {
    const request: OpenRequest = { reply, meter, sinceMs: performance.now(), earlier: this.#last, later: null };
    if (this.#last) this.#last.later = request;
    else this.#first = request;
    this.#last = request;
    this.#waiting += 1;
    work.then(
      (outcome) => {
        let answer: Answer;
        try {
          answer = toAnswer(outcome, asked);
        } catch (error) {
          answer = this.#faulty(request, error);
        }
        this.#finish(request, answer);
      },
      (error) => this.#finish(request, this.#faulty(request, error)),
    );
  }

  /** Requests that wait for the engine now. */
  get waiting(): number {
    return this.#waiting;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #finish(request: OpenRequest, answer: Answer): void {
    // Not there any more: its deadline was over and it has been answered.
    if (!this.#takeOut(request)) return;
    const ms = performance.now() - request.sinceMs;
    request.meter.record(answer.outcome, ms);
    sendAnswer(request.reply, answer);
    if (ms > slowMs)
      this.#write('warn', 'slow', { requestId: request.reply.request.id, ms, ...named(request, answer) });
  }

  #faulty(request: OpenRequest, error: unknown): Answer {
    const answer = thrownAnswer(error);
    const about = { requestId: request.reply.request.id, err: error, ...named(request, answer) };
    if (answer.status === 500) this.#log.error(about, 'a request failed');
    else this.#write('warn', codeOf(error), about);
    return answer;
  }

  #look(metrics: AnswerMetrics): void {
    const nowMs = performance.now();
    if (nowMs >= this.#nextTickMs) {
      metrics.tick();
      this.#nextTickMs = nowMs + 1_000 - lookMs / 2;
    }
    // In the order of their arrival, so the first that has time left ends the look.
    while (this.#first && nowMs - this.#first.sinceMs >= this.#timeoutMs) this.#finish(this.#first, unknownAnswer);
  }

  #takeOut(request: OpenRequest): boolean {
    const { earlier, later } = request;
    if (earlier === undefined || later === undefined) return false;
    if (earlier) earlier.later = later;
    else this.#first = later;
    if (later) later.earlier = earlier;
    else this.#last = earlier;
    // Cut loose, so that nothing that was answered keeps anything else alive.
    request.earlier = undefined;
    request.later = undefined;
    this.#waiting -= 1;
    return true;
  }

  /** At most one line a second of each kind. */
  #write(level: 'warn', kind: string, about: object): void {
    const nowMs = performance.now();
    if (nowMs - (this.#written.get(kind) ?? Number.NEGATIVE_INFINITY) < 1_000) return;
    this.#written.set(kind, nowMs);
    this.#log[level](about, kind);
  }
}

function named({ meter }: OpenRequest, { status, outcome }: Answer) {
  return { route: meter.route, status, outcome };
}
