import type { Interval } from '../../load/compare/resample.ts';
import { digits, unitText } from '../../plot/unit-text.ts';
import type { Measure } from './measures.ts';

/** A value of a measure, with its unit. */
export function valueText({ unit }: Measure, value: number | null): string {
  if (value === null) return 'none';
  if (unit === 'tau') return value.toFixed(3);
  if (unit === 'seconds' && value !== 0 && Math.abs(value) < 0.1) return unitText('milliseconds', value * 1_000);
  return unit === 'number' ? digits(value) : unitText(unit, value);
}

/** A difference: of shares in percentage points, since a change of a percentage in percent is read two ways. */
export function differenceText(measure: Measure, value: number | null): string {
  if (value === null) return 'none';
  const sign = value < 0 ? '-' : '+';
  const size = Math.abs(value);
  return measure.unit === 'share' ? `${sign}${digits(size * 100)} pp` : `${sign}${valueText(measure, size)}`;
}

/** With the unit once, behind both ends where it is the same. */
export function intervalText(measure: Measure, interval: Interval | null, isDifference: boolean): string {
  const { text, unit } = endsOf(measure, interval, isDifference);
  return `${text}${unit}`;
}

/** Without a unit where both ends have that of the value beside it: a terminal has 80 columns. */
export function bareIntervalText(measure: Measure, interval: Interval | null, isDifference: boolean): string {
  return endsOf(measure, interval, isDifference).text;
}

const unitBehind = / ?[a-z/%]+$/;

function endsOf(measure: Measure, interval: Interval | null, isDifference: boolean) {
  if (interval === null) return { text: '-', unit: '' };
  const told = isDifference ? differenceText : valueText;
  const [low, high] = [told(measure, interval.low), told(measure, interval.high)];
  const [unit = '', other = ''] = [low, high].map((end) => unitBehind.exec(end)?.[0] ?? '');
  if (unit !== other) return { text: `${low} to ${high}`, unit: '' };
  const [bareLow, bareHigh] = [low, high].map((end) => end.replace(unitBehind, ''));
  return { text: bareLow === bareHigh ? `${bareLow}` : `${bareLow} to ${bareHigh}`, unit };
}
