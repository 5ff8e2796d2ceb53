import { Type } from 'typebox';
import { timeInMs } from '../../time/time-units.ts';

const pattern = '^\\d{1,6}(\\.\\d{1,3})?(ms|s|m)$';

/** `500ms`, `2s`, `1.5m`: a time in an experiment file. */
export function durationSchema(description: string) {
  return Type.String({ pattern, description: `${description} Like 500ms, 2s or 1.5m.` });
}

/** Milliseconds of a text that durationSchema holds for. */
export function durationMs(text: string): number {
  const ms = timeInMs(text, ['ms', 's', 'm']);
  if (ms === undefined) throw new RangeError(`${text} is no duration`);
  return ms;
}
