import type { ErrorCode } from '../../engine/domain/error-codes.ts';
import { FluxError } from '../../engine/domain/flux-error.ts';
import { pgAdvice } from './pg-advice.ts';

/** SQLSTATEs (PostgreSQL manual, appendix A) and Node codes that mean: nobody answers there, now. */
const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  '53300', // too_many_connections
  '57014', // query_canceled: our own statement timeout
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now: starting or stopping
  '58030', // io_error
]);

/** Texts of pg and pg-pool, which give some faults no code. */
const unreachableText =
  /Connection terminated|Connection ended|timeout exceeded when trying to connect|not queryable|Query read timeout|after calling end on the pool|Client was closed/i;

const hints: Partial<Record<ErrorCode, string>> = {
  ledger_unreachable:
    'fluxgate doctor, or in mode stack: fluxgate stack status, and postgres.host and postgres.port where they name it',
  ledger_full:
    'free space on the disk of PostgreSQL, or make it writable again: nothing was lost, the work goes on by itself',
  ledger_schema: 'fluxgate migrate up',
};

/** The code of a pg, pool or socket error, as text; empty where it has none. */
export function sqlStateOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if (error instanceof AggregateError) return sqlStateOf(error.errors[0]); // one error an address that was tried
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function kindOf(state: string, message: string): ErrorCode | undefined {
  if (unreachable.has(state) || state.startsWith('08') || unreachableText.test(message)) return 'ledger_unreachable';
  if (pgAdvice(state, message) !== undefined) return 'ledger_unreachable';
  if (state === '53100' || state === '25006') return 'ledger_full';
  // PostgreSQL reports EROFS as a missing privilege.
  if (state === '42501' && message.includes('Read-only file system')) return 'ledger_full';
  if (state === '42P01' || state === '42703') return 'ledger_schema';
  return undefined;
}

/**
 * What an error of pg means in our words: a FluxError where we know (`ledger_unreachable`, `ledger_full`, `ledger_schema`),
 * the error itself where we do not. A statement that was cut off may have happened.
 */
export function faultOf(error: unknown, address = 'PostgreSQL'): unknown {
  if (error instanceof FluxError) return error;
  const message =
    error instanceof AggregateError ? String(error.errors[0]) : error instanceof Error ? error.message : '';
  const code = kindOf(sqlStateOf(error), message);
  if (code === undefined) return error;
  const hint = pgAdvice(sqlStateOf(error), message) ?? hints[code];
  const said = message || sqlStateOf(error);
  const what = {
    ledger_unreachable: `${address} does not answer: ${said}`,
    ledger_full: `${address} cannot write: ${said}`,
    ledger_schema: `the ledger's schema at ${address} is not the one this program needs: ${said}`,
  } as const;
  const text = code in what ? what[code as keyof typeof what] : said; // kindOf gives these three only
  return new FluxError(code, text, { cause: error, ...(hint === undefined ? {} : { hint }) });
}

/** Serialization failure or deadlock: the transaction did nothing and may be run again (CockroachDB gives the first often). */
export function isRetryable(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === '40001' || state === '40P01';
}
