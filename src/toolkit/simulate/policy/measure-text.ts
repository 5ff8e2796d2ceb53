import type { Interval } from '../../load/compare/resample.ts';
import { digits, timeScaleOf, unitText } from '../../plot/unit-text.ts';
import type { Measure } from './measures.ts';

/** A value of a measure, with its unit. */
export function valueText(measure: Measure, value: number | null): string {
  return value === null ? 'none' : like(measure, value, value);
}

/** A difference: of shares in percentage points, since a change of a percentage in percent is read two ways. */
export function differenceText(measure: Measure, value: number | null): string {
  return value === null ? 'none' : signed(measure, value, value);
}

/** With the unit once, behind both ends. */
export function intervalText(measure: Measure, interval: Interval | null, isDifference: boolean): string {
  if (interval === null) return '-';
  const { text, unit } = endsOf(measure, interval, isDifference);
  return `${text}${unit}`;
}

/** Without the unit where it is that of the `mean` beside it: a terminal has 80 columns. */
export function bareIntervalText(
  measure: Measure,
  { mean, interval }: { readonly mean: number | null; readonly interval: Interval | null },
  isDifference: boolean,
): string {
  if (interval === null) return '-';
  const { text, unit } = endsOf(measure, interval, isDifference);
  const beside = isDifference ? differenceText(measure, mean) : valueText(measure, mean);
  return unitBehind.exec(beside)?.[0] === unit || unit === '' ? text : `${text}${unit}`;
}

const unitBehind = / ?[a-z/%]+$/;

/** Both ends in the unit of the larger one. */
function endsOf(measure: Measure, { low, high }: Interval, isDifference: boolean) {
  const larger = Math.max(Math.abs(low), Math.abs(high));
  const told = isDifference ? signed : like;
  const unit = unitBehind.exec(told(measure, high, larger))?.[0] ?? '';
  const [from, to] = [low, high].map((end) => told(measure, end, larger).replace(unitBehind, ''));
  return { text: from === to ? `${from}` : `${from} to ${to}`, unit };
}

function signed(measure: Measure, value: number, size: number): string {
  const sign = value < 0 ? '-' : '+';
  const amount = Math.abs(value);
  return measure.unit === 'share' ? `${sign}${digits(amount * 100)} pp` : `${sign}${like(measure, amount, size)}`;
}

/** Told as a value of this size is. */
function like({ unit }: Measure, value: number, size: number): string {
  if (unit === 'tau') return value.toFixed(3);
  if (unit === 'number') return digits(value);
  if (unit !== 'seconds') return unitText(unit, value);
  if (size !== 0 && Math.abs(size) < 0.1) return unitText('milliseconds', value * 1_000);
  const { divisor, name } = timeScaleOf(size);
  return `${digits(value / divisor)} ${name}`;
}
