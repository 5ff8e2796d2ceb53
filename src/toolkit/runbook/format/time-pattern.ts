import { timeInMs } from '../../time/time-units.ts';

/** How a time is written in a runbook. */
export const timePattern = '^[0-9]{1,6}(ms|s|m|h)$';
const wellFormed = new RegExp(timePattern);

/** `500ms`, `30s`, `5m`, `1h` in milliseconds; undefined for anything else. */
export function parseTime(text: string): number | undefined {
  return wellFormed.test(text) ? timeInMs(text, ['ms', 's', 'm', 'h']) : undefined;
}
