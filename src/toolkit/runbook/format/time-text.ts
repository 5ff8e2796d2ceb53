const unitsMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** How a time is written in a runbook. */
export const timePattern = '^[0-9]{1,6}(ms|s|m|h)$';

/** `500ms`, `30s`, `5m`, `1h` in milliseconds; undefined for anything else. */
export function parseTime(text: string): number | undefined {
  const [, digits, unit] = /^(\d{1,6})(ms|s|m|h)$/.exec(text) ?? [];
  return unit === undefined ? undefined : Number(digits) * unitsMs[unit as keyof typeof unitsMs]; // the pattern names these four
}

/** The shortest way to write a time down again. */
export function timeText(ms: number): string {
  const unit = (['h', 'm', 's'] as const).find((each) => ms >= unitsMs[each] && ms % unitsMs[each] === 0) ?? 'ms';
  return `${ms / unitsMs[unit]}${unit}`;
}
