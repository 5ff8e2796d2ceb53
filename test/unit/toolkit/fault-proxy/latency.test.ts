import { expect, test } from 'vitest';
import { latency } from '../../../../src/toolkit/fault-proxy/faults/latency.ts';

test('half of a round trip is added each way', () => {
  const { request, answer } = latency({ kind: 'latency', ms: 80 });

  expect([request.delayMs(() => 0.5), answer.delayMs(() => 0.5)]).toEqual([40, 40]);
});

test('jitter makes it shorter or longer by as much, and never negative', () => {
  const drawn = (chance: number) => latency({ kind: 'latency', ms: 20, jitterMs: 30 }).request.delayMs(() => chance);

  expect([0, 0.5, 1].map(drawn)).toEqual([0, 10, 25]);
});
