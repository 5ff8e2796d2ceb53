import { expect, it } from 'vitest';
import { sharedReading } from '../../../../src/engine/flows/shared-reading.ts';

function reader() {
  let reads = 0;
  let nowMs = 0;
  const read = async () => {
    reads += 1;
    if (reads === 2) throw new Error('away');
    return reads;
  };
  const ask = sharedReading(read, { clock: { monotonicMs: () => nowMs }, forMs: 2_000 });
  return {
    ask,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

it('reads once for all who ask within its time', async () => {
  const { ask, pass } = reader();

  const together = await Promise.all([ask(), ask()]);
  pass(1_999);

  expect([...together, await ask()]).toEqual([1, 1, 1]);
});

it('reads again after its time, and after a reading that failed', async () => {
  const { ask, pass } = reader();
  await ask();
  pass(2_000);

  await expect(ask()).rejects.toThrow('away');

  expect(await ask()).toBe(3);
});
