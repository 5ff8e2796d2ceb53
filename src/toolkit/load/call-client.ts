import type { PlannedOrder } from './buyer-plan.ts';
import type { BuyerCall, HeardOfCall } from './buyer-steps.ts';
import { headerOf } from './http-answer-parser.ts';
import { HttpClient } from './http-client.ts';
import { parseRetryAfter } from './retry-rules.ts';

/** What one call came to. Times are `performance.now()`. */
export interface CallAnswer extends Pick<HeardOfCall, 'outcome' | 'fields' | 'retryAfterSeconds'> {
  readonly doneAt: number;
  /** How long it waited for one of the connections. */
  readonly waitedMs: number;
  /** Where the answer is no good one. */
  readonly error?: string;
}

/** Tickets, places and cancellations: what buyers ask besides orders. Never throws for a dead server. */
export interface CallClient {
  ask(call: BuyerCall, order: PlannedOrder, onAnswer: (answer: CallAnswer) => void): void;
  /** Gives up whatever is under way: each of them is answered as `aborted` first. */
  stop(): void;
}

/** Far fewer than buyers: each asks every few seconds. Where they do not suffice, the run says so (GeneratorWatch). */
export const callConnections = 128;

export function callClient(options: {
  readonly target: () => string;
  readonly saleId: string;
  readonly requestTimeoutMs: number;
}): CallClient {
  const { target, saleId, requestTimeoutMs } = options;
  const client = new HttpClient({ connections: callConnections, timeoutMs: requestTimeoutMs });
  return {
    ask(call, order, onAnswer) {
      const from = order.address === undefined ? '' : `x-forwarded-for: ${order.address}\r\n`;
      const askedAt = performance.now();
      client.ask(target(), { ...requestOf(call, saleId, order.userId), headers: `${json}${from}` }, (answer) => {
        const { doneAt, begunAt } = answer;
        const times = { doneAt, waitedMs: begunAt - askedAt };
        if (answer.kind !== 'answer')
          onAnswer({ outcome: answer.kind, fields: {}, retryAfterSeconds: null, error: answer.error, ...times });
        else {
          const retryAfterSeconds = parseRetryAfter(headerOf(answer.head, 'retry-after'));
          onAnswer({ ...readCall(answer.status, answer.body), retryAfterSeconds, ...times });
        }
      });
    },
    stop: () => client.stop(),
  };
}

const json = 'content-type: application/json\r\n';

function requestOf(call: BuyerCall, saleId: string, userId: string) {
  switch (call.kind) {
    case 'ticket':
      return { method: 'POST', path: '/waiting-room/tickets', body: JSON.stringify({ saleId, userId }) } as const;
    case 'place':
      return { method: 'GET', path: `/waiting-room/tickets/${encodeURIComponent(call.ticket)}` } as const;
    case 'cancel':
      return { method: 'POST', path: `/cancel/${encodeURIComponent(call.orderId)}`, body: '{}' } as const;
    default:
      return call satisfies never;
  }
}

/** Reads status and body. Exported for its test. */
export function readCall(status: number, body: string): Pick<CallAnswer, 'outcome' | 'fields' | 'error'> {
  const fields = fieldsIn(body);
  if (status >= 200 && status < 300) return { outcome: 'answered', fields };
  if (status === 429) return { outcome: 'rate_limited', fields };
  const code = fields.code ?? fields.status;
  const error = typeof code === 'string' ? code : `status ${status} without a code`;
  return { outcome: status === 503 ? 'unavailable' : 'refused', fields, error };
}

function fieldsIn(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    // an object that JSON.parse made has string keys and unknown values
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}
