import { Type } from 'typebox';

const unitsMs = { ms: 1, s: 1_000, m: 60_000 } as const;
const pattern = '^\\d{1,6}(\\.\\d{1,3})?(ms|s|m)$';

/** `500ms`, `2s`, `1.5m`: a time in an experiment file. */
export function durationSchema(description: string) {
  return Type.String({ pattern, description: `${description} Like 500ms, 2s or 1.5m.` });
}

/** Milliseconds of a text that durationSchema holds for. */
export function durationMs(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? [];
  if (unit !== 'ms' && unit !== 's' && unit !== 'm') throw new RangeError(`${text} is no duration`);
  return Math.round(Number(number) * unitsMs[unit]);
}
