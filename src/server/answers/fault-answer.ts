import type { ErrorCode } from '../../engine/domain/error-codes.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { type Answer, errorAnswer, statusAnswer, unknownAnswer } from './answer.ts';
import type { HttpCode } from './http-codes.ts';

/** Faults after which nobody can say what became of the request: something it needs is away, full or changing hands. */
const notNow: ReadonlySet<ErrorCode> = new Set([
  'ledger_unreachable',
  'ledger_full',
  'ledger_conflict',
  'order_log_unreachable',
  'gate_unreachable',
  'lease_lost',
  'shutting_down',
]);

export const faultAnswer = statusAnswer(500, 'fault', 'A fault of ours. It is in the log under this request id');

/** The answer to something thrown by a flow. Never its message: that may name hosts and statements. */
export function thrownAnswer(error: unknown): Answer {
  return error instanceof FluxError && notNow.has(error.code) ? unknownAnswer : faultAnswer;
}

const badRequest = errorAnswer(400, 'malformed_request', 'The request could not be read');
const malformedJson = errorAnswer(400, 'malformed_json', 'The body is not acceptable JSON');
const tooLarge = errorAnswer(413, 'body_too_large', 'The body is too large');
const notJson = errorAnswer(415, 'unsupported_media_type', 'The body must be JSON: content-type application/json');
const clientErrors: Readonly<Record<number, Answer>> = {
  408: errorAnswer(408, 'request_timeout', 'The request did not arrive in time'),
  413: tooLarge,
  // A path parameter that is longer than any id or ticket is no such thing, as the schemas would say.
  414: errorAnswer(400, 'invalid_request', 'A part of the address is too long'),
  415: notJson,
  431: errorAnswer(431, 'headers_too_large', 'The headers are too large'),
};

/** What Fastify throws before a handler runs. Null where it is no complaint about the request but a fault. */
export function requestErrorAnswer(error: unknown): Answer | null {
  if (typeof error !== 'object' || error === null) return null;
  if ('validation' in error && error.validation !== undefined && error instanceof Error) {
    return errorAnswer(400, 'invalid_request', error.message);
  }
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
  if (status < 400 || status >= 500) return null;
  const named = clientErrors[status];
  if (named) return named;
  const aboutJson =
    error instanceof SyntaxError ||
    ('code' in error && String(error.code).startsWith('FST_ERR_CTP_') && status === 400);
  return aboutJson ? malformedJson : badRequest;
}

/** What Node's parser refuses before there is a request at all, by the code of its error. */
export function socketErrorAnswer(code: string | undefined): Answer {
  const answer =
    code === 'HPE_HEADER_OVERFLOW'
      ? clientErrors[431]
      : code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? clientErrors[408]
        : undefined;
  return answer ?? badRequest;
}

export const routeNotFound = errorAnswer(404, 'route_not_found' satisfies HttpCode, 'There is nothing at this address');
