import { expect, it } from 'vitest';
import { benchLoad } from '../../../../src/toolkit/bench/bench-load.ts';
import { benchLoadText } from '../../../../src/toolkit/bench/bench-load-text.ts';
import { processTree } from '../../../../src/toolkit/bench/process-cpu.ts';

it('measures the generator in closed and open loop, and leaves no process behind', async () => {
  const before = (await processTree(process.pid)).length;

  const result = await benchLoad({ connections: 8, seconds: 0.3 });

  const { barePerSecond, reachedPerSecond, reachedToBare, halfSendLagP50Ms } = result.figures;
  for (const figure of [barePerSecond, reachedPerSecond, reachedToBare, halfSendLagP50Ms])
    expect(figure).toBeGreaterThan(0);
  expect(result.rounds).toHaveLength(3);
  expect(result.floors.map(({ kind, limit }) => [kind, limit])).toEqual([
    ['at_least', 25_000],
    ['at_most', 1],
  ]);
  expect(benchLoadText(result)).toContain('send lag p50 at half of it (ms)');
  expect((await processTree(process.pid)).length).toBe(before);
});

it('ends the bare route when it is interrupted', async () => {
  const stop = new AbortController();
  const before = (await processTree(process.pid)).length;

  const running = benchLoad({ connections: 2, seconds: 600, signal: stop.signal, onProgress: () => stop.abort() });

  await expect(running).rejects.toMatchObject({ code: 'interrupted' });
  expect((await processTree(process.pid)).length).toBe(before);
});
