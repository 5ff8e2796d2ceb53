import type { PlannedOrder } from './buyer-plan.ts';
import { headerOf } from './http-answer-parser.ts';
import { HttpClient } from './http-client.ts';
import type { HttpAnswer } from './http-connection.ts';
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
  stop(): void;
}

export interface OrderClientOptions {
  /** Asked before each request: a server that comes back elsewhere is found, and of several each gets its share. */
  readonly target: () => string;
  readonly saleId: string;
  /** To each server. */
  readonly connections: number;
  readonly requestTimeoutMs: number;
}

export function orderClient(options: OrderClientOptions): OrderClient {
  const client = new HttpClient({ connections: options.connections, timeoutMs: options.requestTimeoutMs });
  return {
    send(order, onAnswer) {
      const body = JSON.stringify({ saleId: options.saleId, userId: order.userId, lines: order.lines });
      const headers = headersOf(order);
      client.ask(options.target(), { method: 'POST', path: '/order', headers, body }, (answer) =>
        onAnswer(orderAnswerOf(answer)),
      );
    },
    stop: () => client.stop(),
  };
}

/** Keys are made of letters and digits, a pass is what stepAfterCall takes for one: no line ends in them. */
function headersOf({ key, address, pass }: PlannedOrder): string {
  const from = address === undefined ? '' : `x-forwarded-for: ${address}\r\n`;
  const right = pass === undefined ? '' : `x-queue-pass: ${pass}\r\n`;
  return `content-type: application/json\r\nx-idempotency-key: ${key}\r\n${from}${right}`;
}

function orderAnswerOf(answer: HttpAnswer): OrderAnswer {
  const { sentAt, doneAt } = answer;
  if (answer.kind !== 'answer')
    // half an answer is none: its status is not kept
    return { outcome: answer.kind, error: answer.error, status: null, retryAfterSeconds: null, sentAt, doneAt };
  const { status, head, body } = answer;
  const retryAfterSeconds = parseRetryAfter(headerOf(head, 'retry-after'));
  return { ...outcomeOfAnswer(status, body), status, retryAfterSeconds, sentAt, doneAt };
}
