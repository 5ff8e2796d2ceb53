import { expect, test } from 'vitest';
import { nearestName } from '../../../src/config/nearest-name.ts';

const known = ['port', 'host', 'dataDir', 'userRate.burst'];

test.each([
  ['prot', 'port'],
  ['datadir', 'dataDir'],
  ['userRate.brst', 'userRate.burst'],
])('takes %s for %s', (typed, meant) => {
  expect(nearestName(typed, known)).toBe(meant);
});

test.each(['frobnicate', 'x', '', 'adminToken'])('does not guess what %j was to be', (typed) => {
  expect(nearestName(typed, known)).toBeUndefined();
});
