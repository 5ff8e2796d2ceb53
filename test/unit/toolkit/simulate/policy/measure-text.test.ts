import { expect, it } from 'vitest';
import {
  bareIntervalText,
  differenceText,
  intervalText,
  valueText,
} from '../../../../../src/toolkit/simulate/policy/measure-text.ts';
import type { Measure } from '../../../../../src/toolkit/simulate/policy/measures.ts';

const wait: Measure = { key: 'yesP50Seconds', name: 'wait', unit: 'seconds', meaning: '' };
const sold: Measure = { key: 'unitsSold', name: 'sold', unit: 'share', meaning: '' };

it('tells short waits in milliseconds and long ones in minutes', () => {
  expect([0.0034, 4.123, 300].map((value) => valueText(wait, value))).toEqual(['3.4 ms', '4.12 s', '5 min']);
  expect(valueText(wait, null)).toBe('none');
});

it('tells both ends of an interval in one unit, and the unit once', () => {
  expect(intervalText(wait, { low: 0.0827, high: 0.477 }, true)).toBe('+0.0827 to +0.477 s');
  expect(intervalText(wait, { low: 0.0012, high: 0.0013 }, false)).toBe('1.2 to 1.3 ms');
  expect(intervalText(sold, { low: 0.5, high: 0.5 }, false)).toBe('50 %');
  expect(intervalText(wait, null, false)).toBe('-');
});

it('leaves the unit out only where the mean beside it has the same', () => {
  const interval = { low: 0.09, high: 0.101 };

  expect(bareIntervalText(wait, { mean: 0.244, interval: { low: 0.0827, high: 0.477 } }, true)).toBe(
    '+0.0827 to +0.477',
  );
  expect(bareIntervalText(wait, { mean: 0.099, interval }, false)).toBe('0.09 to 0.101 s');
});

it('changes shares by percentage points', () => {
  expect(differenceText(sold, -0.163)).toBe('-16.3 pp');
});
