import { sqlStateOf } from './pg-fault.ts';

/** Names the constraint, or the fault in the data, that made PostgreSQL refuse; undefined for any other error. */
export function brokenRule(error: unknown): string | undefined {
  const state = sqlStateOf(error);
  // Class 23 is integrity constraint violation, class 22 data exception (a zero byte in a text, a number out of range).
  if (!(error instanceof Error) || !(state.startsWith('23') || state.startsWith('22'))) return undefined;
  const constraint = 'constraint' in error ? error.constraint : undefined;
  return typeof constraint === 'string' ? constraint : error.message;
}
