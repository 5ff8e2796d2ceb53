import { scaleLinear, scaleLog } from 'd3-scale';
import type { Plot, Unit } from './plot-shape.ts';
import { digits, timeScaleOf, unitText } from './unit-text.ts';

export interface Tick {
  readonly value: number;
  readonly text: string;
}

/** Where a value stands, in pixels, and which of them are named. */
export interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly Tick[];
}

/** About one tick in 90 pixels: a name and as much room beside it. */
const pixelsATimeTick = 90;
const pixelsAValueTick = 44;
/** A decade that has room for 1, 2 and 5. */
const pixelsAFullDecade = 56;

export function timeScale([from, to]: Plot['seconds'], [left, right]: readonly [number, number]): Scale {
  // a plot of no time at all still has a place for its one moment
  const end = to > from ? to : from + 1;
  const scale = scaleLinear([from, end], [left, right]);
  const { divisor, name } = timeScaleOf(end);
  const inUnit = scaleLinear([from / divisor, end / divisor], [left, right]);
  const ticks = inUnit.ticks(Math.max(2, (right - left) / pixelsATimeTick));
  return {
    at: (value) => scale(Math.min(end, Math.max(from, value))),
    ticks: ticks.map((value) => ({ value: value * divisor, text: `${digits(value)} ${name}` })),
  };
}

/** Linear from 0 to a round number above the largest value. */
export function linearScale(unit: Unit, values: readonly number[], [bottom, top]: readonly [number, number]): Scale {
  const largest = largestOf(values);
  const wanted = Math.max(2, Math.round(Math.abs(bottom - top) / pixelsAValueTick));
  const scale = scaleLinear([0, largest > 0 ? largest : 1], [bottom, top]).nice(wanted);
  const isWhole = unit === 'count';
  const ticks = scale.ticks(wanted).filter((value) => !isWhole || Number.isInteger(value));
  return scaleOf((value) => scale(value), unit, ticks);
}

/** Logarithmic between round numbers around the values that are above 0; the others stand at its lower end. */
export function logScale(unit: Unit, values: readonly number[], [bottom, top]: readonly [number, number]): Scale {
  const positive = values.filter((value) => value > 0);
  const largest = positive.length === 0 ? 10 : largestOf(positive);
  const smallest = positive.reduce((least, value) => Math.min(least, value), largest);
  const low = roundBelow(smallest);
  const high = Math.max(roundAbove(largest), low * 10);
  const scale = scaleLog([low, high], [bottom, top]).clamp(true);
  const pixelsADecade = Math.abs(bottom - top) / Math.log10(high / low);
  const mantissas = pixelsADecade >= pixelsAFullDecade ? [1, 2, 5] : [1];
  const powers = Array.from({ length: powerOf(high) - powerOf(low) + 1 }, (_, n) => powerOf(low) + n);
  const ticks = powers
    .flatMap((power) => mantissas.map((mantissa) => roundNumber(mantissa, power)))
    .filter((value) => value >= low && value <= high);
  return scaleOf((value) => scale(Math.max(low, value)), unit, ticks);
}

function scaleOf(at: Scale['at'], unit: Unit, ticks: readonly number[]): Scale {
  return { at, ticks: ticks.map((value) => ({ value, text: tickText(unit, value) })) };
}

/** A second is a second on every axis: 1,000 ms beside 500 ms is read twice. */
function tickText(unit: Unit, value: number): string {
  if (unit === 'milliseconds' && value >= 1_000) return `${digits(value / 1_000)} s`;
  return unitText(unit, value);
}

const powerOf = (value: number): number => Math.floor(Math.log10(value) + 1e-9);

/** From its digits, as it is written: 2 * 10 ** -2 is 0.020000000000000004 elsewhere. */
const roundNumber = (mantissa: number, power: number): number => Number(`${mantissa}e${power}`);

/** 1, 2 or 5 times a power of ten. */
function roundBelow(value: number): number {
  const power = powerOf(value);
  return roundNumber([5, 2, 1].find((mantissa) => roundNumber(mantissa, power) <= value * (1 + 1e-9)) ?? 1, power);
}

function roundAbove(value: number): number {
  const power = powerOf(value);
  return roundNumber([1, 2, 5].find((mantissa) => roundNumber(mantissa, power) >= value * (1 - 1e-9)) ?? 10, power);
}

/** Not Math.max(...values): a long run has more values than a call has room for arguments. */
function largestOf(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
