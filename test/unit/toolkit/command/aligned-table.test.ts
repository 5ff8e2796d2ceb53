import { expect, test } from 'vitest';
import { alignedTable } from '../../../../src/toolkit/command/aligned-table.ts';
import { jsonText } from '../../../../src/toolkit/command/json-text.ts';

test('columns stand under their heads, numbers to the right', () => {
  const table = alignedTable(
    ['product', 'free'],
    [
      ['ticket', '7'],
      ['vinyl record', '12,000'],
    ],
    { right: ['free'] },
  );

  expect(table).toBe('PRODUCT         FREE\nticket             7\nvinyl record  12,000');
});

test('a table without rows is its heads', () => {
  expect(alignedTable(['sale', 'state'], [])).toBe('SALE  STATE');
});

test('JSON shows a bigint as a number where that is exact, else as text', () => {
  expect(JSON.parse(jsonText({ small: 7n, large: 2n ** 60n }))).toEqual({ small: 7, large: (2n ** 60n).toString() });
});
