import { expect, it } from 'vitest';
import { runColumns } from '../../../../src/toolkit/load/report/run-columns.ts';
import { aLoadResult } from './a-load-result.ts';
import { aSlice } from './a-measured-run.ts';

it('gives the last column the time of its own slices: its rate is that of the others', () => {
  const list = Array.from({ length: 121 }, () => aSlice({ sent: 10 }));

  const columns = runColumns(aLoadResult({ slices: { everyMs: 100, list } }));

  expect(columns.slice(-2)).toMatchObject([
    { sent: 20, seconds: 0.2, atSeconds: 11.9 },
    { sent: 10, seconds: 0.1, atSeconds: 12.05 },
  ]);
});
