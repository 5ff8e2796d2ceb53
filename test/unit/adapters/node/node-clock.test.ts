import { expect, it } from 'vitest';
import { nodeClock } from '../../../../src/adapters/node/node-clock.ts';

it('a sleep is never short, not by a fraction of a millisecond: whoever waits for a deadline has waited for it', async () => {
  const short = await Promise.all(
    Array.from({ length: 60 }, async (_, n) => {
      const askedMs = n / 2;
      const startedMs = nodeClock.monotonicMs();
      await nodeClock.sleep(askedMs);
      return askedMs - (nodeClock.monotonicMs() - startedMs);
    }),
  );

  expect(Math.max(...short)).toBeLessThanOrEqual(0);
});

it('a sleep ends at once where its signal is aborted, before or during it', async () => {
  const stop = new AbortController();
  const hour = 3_600_000;
  const asleep = nodeClock.sleep(hour, stop.signal);

  stop.abort();

  await asleep;
  await nodeClock.sleep(hour, stop.signal);
});
