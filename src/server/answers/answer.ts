/** The stable codes of errors in HTTP answers. A code is never reused. */
export const httpCodes = [
  // the request
  'missing_idempotency_key',
  'invalid_idempotency_key',
  'invalid_request',
  'malformed_json',
  'malformed_request',
  'body_too_large',
  'headers_too_large',
  'request_timeout',
  'unsupported_media_type',
  'unauthorized',
  'forbidden',
  'route_not_found',
  'rate_limited',
  // the sale
  'key_reused',
  'sold_out',
  'limit_reached',
  'not_open',
  'paused',
  'sale_closed',
  'pass_refused',
  'ticket_refused',
  'unknown_product',
  'unknown_sale',
  'unknown_order',
  'sale_ambiguous',
  'mixed_currency',
  'order_state',
  'too_late',
  'confirmation_not_explicit',
  'sale_conflict',
  'sale_invalid',
  'stock_refused',
  // not now
  'unknown',
  'rebuilding',
  'overloaded',
  'not_ready',
  'fault',
] as const;
export type HttpCode = (typeof httpCodes)[number];

/** One answer, ready but for the request id (which every error carries in its body). */
export interface Answer {
  readonly status: number;
  /** The name under which latencies are counted: an outcome's kind or an error's code. Few and fixed. */
  readonly outcome: string;
  /** A JSON object. */
  readonly json: string;
  /** Beside content type, cache control and request id: names and values in turn. */
  readonly headers: readonly string[];
}

const none: readonly string[] = [];

/** Seconds after which a client may try again: rebuilds and queues are over in about that. */
export const retryAfterSeconds = 1;
const retry: readonly string[] = ['retry-after', String(retryAfterSeconds)];

export function okAnswer(
  outcome: string,
  json: string,
  more: { readonly status?: number; readonly headers?: readonly string[] } = {},
): Answer {
  return { status: more.status ?? 200, outcome, json, headers: more.headers ?? none };
}

/** An error in the one shape. `fields` stand first: the legacy fields of http.md and what else is of use. */
export function errorAnswer(
  status: number,
  code: HttpCode,
  error: string,
  fields: Readonly<Record<string, unknown>> = {},
  headers: readonly string[] = status === 503 ? retry : none,
): Answer {
  return { status, outcome: code, json: JSON.stringify({ ...fields, error, code }), headers };
}

/** An error that says `status` and `msg` too, as the legacy answers do. */
export function statusAnswer(
  status: number,
  code: HttpCode,
  msg: string,
  fields: Readonly<Record<string, unknown>> = {},
  headers?: readonly string[],
): Answer {
  return errorAnswer(status, code, msg, { status: code, msg, ...fields }, headers);
}

export const unknownAnswer = statusAnswer(
  503,
  'unknown',
  'The outcome is not known yet. Retry with the same key: it is always safe',
);
export const rebuildingAnswer = statusAnswer(
  503,
  'rebuilding',
  'The stock keeper is being made anew. Retry in a moment with the same key',
);
export const overloadedAnswer = statusAnswer(
  503,
  'overloaded',
  'Too much is waiting already. Retry in a moment with the same key',
);
export const unknownOrderAnswer = errorAnswer(404, 'unknown_order', 'There is no such order');
export const unknownSaleAnswer = errorAnswer(404, 'unknown_sale', 'There is no such sale');
export const unknownProductAnswer = errorAnswer(404, 'unknown_product', 'There is no such product in this sale');

export function ambiguousAnswer(saleIds: readonly string[]): Answer {
  return errorAnswer(400, 'sale_ambiguous', 'The product stands in several sales: name one in saleId', { saleIds });
}
