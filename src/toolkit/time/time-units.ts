const unitsMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
export type TimeUnit = keyof typeof unitsMs;

/**
 * `500ms`, `2s` or `1.5m` in milliseconds; undefined for anything else and for a unit that is not among `units`. What a number
 * may be (fractions, digits, bounds) is the caller's to say.
 */
export function timeInMs(text: string, units: readonly TimeUnit[]): number | undefined {
  const [, number, word] = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(text) ?? [];
  const unit = units.find((each) => each === word);
  return unit === undefined ? undefined : Math.round(Number(number) * unitsMs[unit]);
}

/** The shortest way to write whole milliseconds down: `90s`, not `90000ms`. */
export function timeText(ms: number): string {
  const unit = (['h', 'm', 's'] as const).find((each) => ms >= unitsMs[each] && ms % unitsMs[each] === 0) ?? 'ms';
  return `${ms / unitsMs[unit]}${unit}`;
}
