import { expect, it } from 'vitest';
import { seldomRepeated } from '../../../../src/adapters/kafka/seldom-repeated.ts';

it('writes the same message once a second, and says how often it was left out', () => {
  let nowMs = 0;
  const lines: unknown[] = [];
  const log = seldomRepeated((level, message, details) => void lines.push([level, message, details]), {
    monotonicMs: () => nowMs,
  });

  for (nowMs = 0; nowMs <= 1_000; nowMs += 250) {
    log('error', 'no connection', { broker: 'a' });
    if (nowMs === 500) log('warn', 'another', {});
  }

  expect(lines).toEqual([
    ['error', 'no connection', { broker: 'a' }],
    ['warn', 'another', {}],
    ['error', 'no connection', { broker: 'a', leftOut: 3 }],
  ]);
});
