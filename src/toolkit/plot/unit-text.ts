import type { Unit } from './plot-shape.ts';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** A value with its unit, for people: three digits are enough to compare by. */
export function unitText(unit: Unit, value: number): string {
  switch (unit) {
    case 'seconds':
      return secondsText(value);
    case 'milliseconds':
      return value < 10_000 ? `${digits(value)} ms` : `${digits(value / 1_000)} s`;
    case 'perSecond':
      return `${digits(value)}/s`;
    case 'count':
      return digits(value);
    case 'cores':
      return `${digits(value)} ${value === 1 ? 'core' : 'cores'}`;
    case 'share':
      return `${digits(value * 100)} %`;
    case 'bytes':
      return `${digits(value / 1e6)} MB`;
    default:
      return unit satisfies never;
  }
}

/** Up to three minutes in seconds, up to three hours in minutes: what one reads without reckoning. */
export function secondsText(value: number): string {
  const { divisor, name } = timeScaleOf(value);
  return `${digits(value / divisor)} ${name}`;
}

/** What a stretch of time is told in. */
export function timeScaleOf(extentSeconds: number): { readonly divisor: number; readonly name: 's' | 'min' | 'h' } {
  if (Math.abs(extentSeconds) <= 180) return { divisor: 1, name: 's' };
  if (Math.abs(extentSeconds) <= 10_800) return { divisor: 60, name: 'min' };
  return { divisor: 3_600, name: 'h' };
}

/** Whole numbers with their thousands, others with three digits and no zeros behind. */
export function digits(value: number): string {
  if (Math.abs(value) >= 100 || Number.isInteger(value)) return whole.format(value);
  return String(Number(value.toPrecision(3)));
}
