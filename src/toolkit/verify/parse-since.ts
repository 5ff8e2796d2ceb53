import { FluxError } from '../../engine/domain/flux-error.ts';
import { type Instant, toInstant } from '../../engine/domain/time.ts';

const unitsMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** With a zone: a moment that two people read differently is none. */
const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** `10m`, `2h`, `1d` before now, or a moment like `2026-11-27T08:00:00Z`. @throws FluxError `usage` */
export function parseSince(text: string, now: Instant): Instant {
  const since = instantIn(text.trim(), now);
  if (since === null) {
    throw new FluxError('usage', `--since ${text} is neither a time like 10m, 2h or 1d nor a moment with its zone`, {
      hint: `--since ${new Date(now).toISOString()}`,
    });
  }
  if (since <= now) return since;
  throw new FluxError('usage', `--since ${text} is in the future: no order has been accepted since then`);
}

function instantIn(text: string, now: Instant): Instant | null {
  const [, number, unit] = /^(\d{1,7})([smhd])$/.exec(text) ?? [];
  if (unit === 's' || unit === 'm' || unit === 'h' || unit === 'd') {
    return toInstant(Math.max(0, now - Number(number) * unitsMs[unit]));
  }
  const at = moment.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : toInstant(at);
}
