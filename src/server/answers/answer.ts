import type { HttpCode } from './http-codes.ts';

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
/** What a schema cannot say of a product id (parseProductId): its length is right, its text is not. */
export const badProductId = errorAnswer(
  400,
  'invalid_request',
  'productId must be well-formed text without control characters, not longer than the schema says',
);
export const unknownSaleAnswer = errorAnswer(404, 'unknown_sale', 'There is no such sale');
export const unknownProductAnswer = errorAnswer(404, 'unknown_product', 'There is no such product in this sale');

export function ambiguousAnswer(saleIds: readonly string[]): Answer {
  return errorAnswer(400, 'sale_ambiguous', 'The product stands in several sales: name one in saleId', { saleIds });
}
