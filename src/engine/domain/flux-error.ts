import type { ErrorCode } from './error-codes.ts';

/**
 * The one error class. Thrown for faults only: an expected outcome is a value with a `kind`.
 *
 * `code` is stable and listed in error-codes.ts, `message` says what happened and why, `hint` is the next command to type.
 */
export class FluxError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, more: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'FluxError';
    this.code = code;
    this.hint = more.hint;
  }
}

/** The code of a fault, or `fault` for anything that is not ours. */
export function codeOf(error: unknown): ErrorCode {
  return error instanceof FluxError ? error.code : 'fault';
}
