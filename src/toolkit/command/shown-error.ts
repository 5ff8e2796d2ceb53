import { Errors } from '@oclif/core';
import { nearestName } from '../../config/nearest-name.ts';
import { type ErrorCode, errorCodes } from '../../engine/domain/error-codes.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';

/** An error as an operator sees it: what happened, why, and the next command to type. */
export interface ShownError {
  readonly code: ErrorCode;
  readonly message: string;
  /** The causes, outermost first. */
  readonly because: readonly string[];
  readonly hint: string | undefined;
  readonly exitCode: number;
}

/** Causes deeper than this say nothing to an operator that the first ones did not. */
const maxCauses = 4;

/** Puts any thrown value into words. Parse errors of the command line are usage; what is not a FluxError is a fault of ours. */
export function shownError(error: unknown, context: { readonly helpCommand: string }): ShownError {
  const help = `${context.helpCommand} --help`;
  if (error instanceof FluxError) {
    const hint = error.hint ?? (error.code === 'usage' ? help : undefined);
    return shown(error.code, error.message, causesOf(error, error.message), hint);
  }
  if (isUsageError(error)) {
    return shown('usage', usageMessage(error), [], help);
  }
  const message = error instanceof Error ? error.message || error.name : String(error);
  return shown(
    'fault',
    `something in fluxgate broke: ${message}`,
    causesOf(error, message),
    `DEBUG=fluxgate ${context.helpCommand} ... (shows where; please report it)`,
  );
}

function shown(code: ErrorCode, message: string, because: readonly string[], hint: string | undefined): ShownError {
  return { code, message, because, hint, exitCode: errorCodes[code] };
}

/** Of a cause that the message, or another cause, has in it already, nothing would be learnt. */
function causesOf(error: unknown, message: string): readonly string[] {
  const because: string[] = [];
  let cause = error instanceof Error ? error.cause : undefined;
  for (let depth = 0; depth < maxCauses && cause !== undefined && cause !== null; depth += 1) {
    const text = cause instanceof Error ? cause.message || cause.name : String(cause);
    if (text && ![message, ...because].some((said) => said.includes(text))) because.push(text);
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return because;
}

/** What oclif throws for a wrong command line, as far as we look at it. */
interface UsageError extends Error {
  readonly flags?: readonly string[];
  readonly parse?: { readonly input?: { readonly flags?: Readonly<Record<string, unknown>> } };
}

function isUsageError(error: unknown): error is UsageError {
  return error instanceof Errors.CLIError && !(error instanceof Errors.ExitError);
}

function usageMessage(error: UsageError): string {
  const [unknown] = error.flags ?? [];
  if (unknown === undefined) {
    // oclif adds "See more help with --help" to each: our hint says it with the command's name.
    return error.message
      .replace(/\n+See more help with --help$/, '')
      .replace(/^The following errors? occurred:\s+/, '')
      .replace(/--json=true/g, '--json')
      .replace(/ \n\t/g, ': ');
  }
  const known = Object.keys(error.parse?.input?.flags ?? {}).map((flag) => `--${flag}`);
  const near = nearestName(unknown, known);
  return near === undefined ? `unknown flag ${unknown}` : `unknown flag ${unknown}. Did you mean ${near}?`;
}

/** The error as lines for stderr. */
export function errorLines(error: ShownError): readonly string[] {
  const [first = '', ...more] = error.message.split('\n');
  return [
    `Error: ${first}`,
    ...more.map((line) => `  ${line}`),
    ...error.because.map((cause) => `  because ${cause.replaceAll('\n', '\n    ')}`),
    ...(error.hint === undefined ? [] : [`  Try: ${error.hint}`]),
  ];
}

/** The error as the one document of `--json`. */
export function errorDocument(error: ShownError): {
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string };
} {
  const message = [error.message, ...error.because].join(': ');
  return {
    error: error.hint === undefined ? { code: error.code, message } : { code: error.code, message, hint: error.hint },
  };
}
