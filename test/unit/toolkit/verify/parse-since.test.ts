import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../../src/engine/domain/time.ts';
import { parseSince } from '../../../../src/toolkit/verify/parse-since.ts';

const now = toInstant(Date.UTC(2026, 10, 27, 8, 0, 0));

describe('a time to look back to', () => {
  it.each([
    ['30s', 30_000],
    ['10m', 600_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['2026-11-27T08:00:00Z', 0],
    ['2026-11-27T07:59Z', 60_000],
    ['2026-11-27T08:59:59.250+01:00', 750],
  ])('is %s', (text, agoMs) => {
    expect(now - parseSince(text, now)).toBe(agoMs);
  });

  it.each(['', '10', 'm', '-5m', '1.5h', 'yesterday', '2026-11-27', '2026-11-27T08:00:00', '2026-13-27T08:00:00Z'])(
    'is not %j',
    (text) => {
      expect(() => parseSince(text, now)).toThrow(/neither a time like 10m, 2h or 1d nor a moment with its zone/);
    },
  );

  it('is not in the future', () => {
    expect(() => parseSince('2026-11-27T08:00:01Z', now)).toThrow(/in the future/);
  });
});
