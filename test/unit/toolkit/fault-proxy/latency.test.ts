import { expect, test } from 'vitest';
import { latency } from '../../../../src/toolkit/fault-proxy/faults/latency.ts';

test('half of a round trip is added each way', () => {
  expect(latency({ kind: 'latency', ms: 80 }).delayMs()).toBe(40);
});

test('jitter makes it shorter or longer by as much, and never negative', () => {
  const drawn = (chance: number) => latency({ kind: 'latency', ms: 20, jitterMs: 30 }, () => chance).delayMs();

  expect([0, 0.5, 1].map(drawn)).toEqual([0, 10, 25]);
});
