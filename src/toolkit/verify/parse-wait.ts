import { FluxError } from '../../engine/domain/flux-error.ts';
import { timeInMs } from '../time/time-units.ts';

/** Nobody watches a verification for longer than an hour. */
const longestMs = 3_600_000;

/** `30s`, `500ms`, `2m`, `0` in milliseconds, as the flag `name` has it. @throws FluxError `usage` */
export function parseWait(text: string, name = '--wait'): number {
  const typed = text.trim();
  const ms = typed === '0' ? 0 : /^\d{1,7}[a-z]/.test(typed) ? timeInMs(typed, ['ms', 's', 'm']) : undefined;
  if (ms !== undefined && ms <= longestMs) return ms;
  throw new FluxError('usage', `${name} ${text} is not a time like 30s, 500ms or 2m (at most 60m)`);
}
