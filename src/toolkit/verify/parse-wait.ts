import { FluxError } from '../../engine/domain/flux-error.ts';

const unitsMs = { ms: 1, s: 1_000, m: 60_000 } as const;
/** Nobody watches a verification for longer than an hour. */
const longestMs = 3_600_000;

/** `30s`, `500ms`, `2m`, `0` in milliseconds, as the flag `name` has it. @throws FluxError `usage` */
export function parseWait(text: string, name = '--wait'): number {
  const [, number, unit] = /^(\d{1,7})(ms|s|m)?$/.exec(text.trim()) ?? [];
  const factor = unit === 'ms' || unit === 's' || unit === 'm' ? unitsMs[unit] : number === '0' ? 0 : undefined;
  const ms = Number(number) * (factor ?? Number.NaN);
  if (ms >= 0 && ms <= longestMs) return ms;
  throw new FluxError('usage', `${name} ${text} is not a time like 30s, 500ms or 2m (at most 60m)`);
}
