import type { HistoryOutcome } from '../history/history-entry.ts';

/** What an answer to `POST /order` means (http.md). */
export interface ReadAnswer {
  readonly outcome: HistoryOutcome;
  readonly orderId?: string;
  /** The error's code, or what is wrong with the answer. */
  readonly error?: string;
}

const refusals: ReadonlyMap<unknown, HistoryOutcome> = new Map([
  ['sold_out', 'sold_out'],
  ['limit_reached', 'limit_reached'],
  ['not_open', 'not_open'],
  ['paused', 'not_open'],
  ['sale_closed', 'not_open'],
] as const);

const unavailable: ReadonlyMap<unknown, HistoryOutcome> = new Map([
  ['unknown', 'unknown'],
  ['rebuilding', 'rebuilding'],
  ['overloaded', 'overloaded'],
] as const);

/** Reads status and body. An answer that http.md does not describe is a `server_error`: never taken for a good one. */
export function outcomeOfAnswer(status: number, body: string): ReadAnswer {
  if (status === 302) return { outcome: 'waiting' };
  const fields = fieldsIn(body);
  if (status === 200) return acceptance(fields);
  if (status === 429) return { outcome: 'rate_limited' };
  const code = fields.code ?? fields.status ?? fields.error;
  const error = typeof code === 'string' ? code : `status ${status} without a code`;
  if (status === 422 && fields.status === 'key_reused') return { outcome: 'key_reused' };
  const refusal = status === 409 ? refusals.get(fields.status) : undefined;
  if (refusal !== undefined) return { outcome: refusal };
  const away = status === 503 ? unavailable.get(fields.status) : undefined;
  if (away !== undefined) return { outcome: away };
  return { outcome: status >= 400 && status < 500 ? 'refused' : 'server_error', error };
}

function acceptance({ status, orderId }: Fields): ReadAnswer {
  if (typeof orderId !== 'string') return { outcome: 'server_error', error: 'a 200 without an orderId' };
  if (status === 'success') return { outcome: 'accepted', orderId };
  if (status === 'ignored') return { outcome: 'duplicate', orderId };
  return { outcome: 'server_error', error: `a 200 with the status ${JSON.stringify(status)}` };
}

interface Fields {
  readonly status?: unknown;
  readonly orderId?: unknown;
  readonly code?: unknown;
  readonly error?: unknown;
}

function fieldsIn(body: string): Fields {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** Definite answers that took no order: a rule doing its work. Neither goodput nor errors. */
export const refusalOutcomes: ReadonlySet<HistoryOutcome> = new Set<HistoryOutcome>([
  'key_reused',
  'sold_out',
  'limit_reached',
  'not_open',
  'rate_limited',
]);

/** Outcomes that tell the buyer where they stand. */
export const definiteOutcomes: ReadonlySet<HistoryOutcome> = new Set<HistoryOutcome>([
  'accepted',
  'duplicate',
  'key_reused',
  'sold_out',
  'limit_reached',
  'not_open',
  'waiting',
]);

/** Outcomes that the error rate counts. `rate_limited` is a rule doing its work. */
export const errorOutcomes: ReadonlySet<HistoryOutcome> = new Set<HistoryOutcome>([
  'unknown',
  'rebuilding',
  'overloaded',
  'refused',
  'server_error',
  'connection_error',
  'timeout',
  'aborted',
]);
