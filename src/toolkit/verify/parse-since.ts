import { FluxError } from '../../engine/domain/flux-error.ts';
import { type Instant, toInstant } from '../../engine/domain/time.ts';
import { timeInMs } from '../time/time-units.ts';

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
  const agoMs = /^\d{1,7}[a-z]$/.test(text) ? timeInMs(text, ['s', 'm', 'h', 'd']) : undefined;
  if (agoMs !== undefined) return toInstant(Math.max(0, now - agoMs));
  const at = moment.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : toInstant(at);
}
