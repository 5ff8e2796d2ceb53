import { type Dispatcher, Pool } from 'undici';
import type { PlannedOrder } from './buyer-plan.ts';
import { outcomeOfAnswer, type ReadAnswer } from './outcome-of-answer.ts';
import { parseRetryAfter } from './retry-rules.ts';

/** What one request came to. Times are `performance.now()`. */
export interface OrderAnswer extends ReadAnswer {
  /** When the request was put on a connection; the time it was given up where it never was. */
  readonly sentAt: number;
  readonly doneAt: number;
  /** Null where no answer came. */
  readonly status: number | null;
  readonly retryAfterSeconds: number | null;
}

/** Sends orders over HTTP/1.1, one at a time a connection. Never throws for a dead server: that is an outcome. */
export interface OrderClient {
  send(order: PlannedOrder, onAnswer: (answer: OrderAnswer) => void): void;
  /** Gives up whatever is under way: each of them is answered as `aborted` first. */
  stop(): Promise<void>;
}

export interface OrderClientOptions {
  /** Asked before each request: a server that comes back elsewhere is found, and of several each gets its share. */
  readonly target: () => string;
  readonly saleId: string;
  /** To each server. */
  readonly connections: number;
  readonly requestTimeoutMs: number;
}

/** An answer of ours is under 2 KB; the rest of anything longer is not kept. */
const maxBodyChars = 16 * 1024;

export function orderClient(options: OrderClientOptions): OrderClient {
  // One more for every address at which a server came back: a few in a run, and an idle one costs nothing.
  const pools = new Map<string, Pool>();
  let stopping = false;

  const poolFor = (target: string): Pool => {
    let pool = pools.get(target);
    if (pool !== undefined) return pool;
    pool = new Pool(new URL(target).origin, {
      connections: options.connections,
      pipelining: 1,
      headersTimeout: options.requestTimeoutMs,
      bodyTimeout: options.requestTimeoutMs,
      connect: { timeout: options.requestTimeoutMs },
    });
    pools.set(target, pool);
    return pool;
  };

  return {
    send(order, onAnswer) {
      const body = JSON.stringify({ saleId: options.saleId, userId: order.userId, lines: order.lines });
      poolFor(options.target()).dispatch(
        {
          path: '/order',
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-idempotency-key': order.key },
          body,
        },
        new AnswerReader(onAnswer, () => stopping),
      );
    },
    async stop() {
      stopping = true;
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}

/** Collects one answer; calls back exactly once. */
class AnswerReader implements Dispatcher.DispatchHandler {
  readonly #onAnswer: (answer: OrderAnswer) => void;
  readonly #stopping: () => boolean;
  #sentAt: number | null = null;
  #status: number | null = null;
  #retryAfterSeconds: number | null = null;
  #body = '';
  #answered = false;

  constructor(onAnswer: (answer: OrderAnswer) => void, stopping: () => boolean) {
    this.#onAnswer = onAnswer;
    this.#stopping = stopping;
  }

  onRequestStart(): void {
    this.#sentAt = performance.now();
  }

  onResponseStart(
    _controller: unknown,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    this.#status = status;
    this.#retryAfterSeconds = parseRetryAfter(headers['retry-after']);
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    if (this.#body.length < maxBodyChars) this.#body += chunk.toString('utf8');
  }

  onResponseEnd(): void {
    const status = this.#status ?? 0;
    this.#answer({ ...outcomeOfAnswer(status, this.#body), status });
  }

  onResponseError(_controller: unknown, error: Error): void {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : error.message;
    // half an answer is none: its status is not kept
    if (this.#stopping()) this.#answer({ outcome: 'aborted', error: code, status: null });
    else if (timeouts.has(code)) this.#answer({ outcome: 'timeout', error: code, status: null });
    else this.#answer({ outcome: 'connection_error', error: code, status: null });
  }

  #answer(read: ReadAnswer & { readonly status: number | null }): void {
    if (this.#answered) return;
    this.#answered = true;
    const doneAt = performance.now();
    this.#onAnswer({ ...read, sentAt: this.#sentAt ?? doneAt, doneAt, retryAfterSeconds: this.#retryAfterSeconds });
  }
}

const timeouts: ReadonlySet<string> = new Set([
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
]);
