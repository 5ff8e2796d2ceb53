import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../../src/engine/domain/time.ts';
import { requireSameClock } from '../../../../src/engine/flows/check-clocks.ts';
import type { Clock } from '../../../../src/engine/ports/clock.ts';

const now = 1_800_000_000_000;
const clock: Clock = {
  now: () => toInstant(now),
  monotonicMs: () => 0,
  sleep: async () => {},
  endOfTurn: () => {},
};

/** A ledger that answers in turn after `latencyMs`, with a clock that is `behindMs` behind ours in the middle of the trip. */
function ledger(...looks: readonly { readonly latencyMs: number; readonly behindMs: number }[]) {
  let asked = 0;
  return {
    async ping() {
      const look = looks[Math.min(asked, looks.length - 1)];
      asked += 1;
      const { latencyMs = 0, behindMs = 0 } = look ?? {};
      return { latencyMs, nowMs: now + latencyMs / 2 - behindMs };
    },
  };
}

describe('the clocks of server and database', () => {
  it.each([0, 900, -900])('may be %i ms apart', async (behindMs) => {
    await expect(requireSameClock({ ledger: ledger({ latencyMs: 2, behindMs }), clock })).resolves.toBeUndefined();
  });

  it.each([
    [1_500, /1\.5 s ahead of/],
    [-3_600_000, /3600\.0 s behind/],
  ])('are refused %i ms apart', async (behindMs, message) => {
    await expect(requireSameClock({ ledger: ledger({ latencyMs: 2, behindMs }), clock })).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringMatching(message),
      hint: expect.stringContaining('timedatectl'),
    });
  });

  it('are judged by the quickest answer, and a slow one is doubt', async () => {
    const slow = { latencyMs: 4_000, behindMs: 1_900 };

    await expect(requireSameClock({ ledger: ledger(slow), clock })).resolves.toBeUndefined();
    await expect(
      requireSameClock({ ledger: ledger(slow, { latencyMs: 10, behindMs: 1_900 }), clock }),
    ).rejects.toMatchObject({ code: 'config_invalid' });
  });
});
