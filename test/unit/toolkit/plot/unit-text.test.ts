import { expect, it } from 'vitest';
import { unitText } from '../../../../src/toolkit/plot/unit-text.ts';

it.each([
  ['seconds', 12, '12 s'],
  ['seconds', 270, '4.5 min'],
  ['seconds', 18_000, '5 h'],
  ['milliseconds', 0.3456, '0.346 ms'],
  ['milliseconds', 1_234.5, '1,235 ms'],
  ['milliseconds', 12_340, '12.3 s'],
  ['perSecond', 25_000, '25,000/s'],
  ['count', 3, '3'],
  ['cores', 1, '1 core'],
  ['cores', 0.5, '0.5 cores'],
  ['share', 0.0012, '0.12 %'],
  ['bytes', 123_400_000, '123 MB'],
] as const)('tells %s of %d as %s', (unit, value, text) => {
  expect(unitText(unit, value)).toBe(text);
});
