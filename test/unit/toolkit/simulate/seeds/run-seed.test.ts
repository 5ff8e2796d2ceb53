import { describe, expect, it } from 'vitest';
import { composeSimulation } from '../../../../../src/compose-simulation.ts';
import { planOf, runSealed } from '../../../../../src/toolkit/simulate/seeds/run-seed.ts';
import { traceLine } from '../../../../../src/toolkit/simulate/text/trace-line.ts';

const parts = composeSimulation();

async function traceOf(seed: number): Promise<string> {
  const lines: string[] = [];
  await runSealed(planOf(seed, parts), {
    parts,
    trace: { on: true, add: (event) => void lines.push(traceLine(event)) },
  });
  return lines.join('\n');
}

describe('a seed', () => {
  it('is the same sale each time, byte by byte, and traced or not', async () => {
    const [once, again] = [await traceOf(7), await traceOf(7)];

    expect(once.length).toBeGreaterThan(10_000);
    expect(again).toBe(once);
    const untraced = await runSealed(planOf(7, parts), { parts });
    const traced = await runSealed(planOf(7, parts), { parts, trace: { on: true, add: () => {} } });
    expect(traced.digest).toBe(untraced.digest);
  });

  it('is another sale than its neighbour', async () => {
    expect(await traceOf(7)).not.toBe(await traceOf(8));
  });

  it('sells, meets faults, and keeps every promise', async () => {
    const reached: Record<string, number> = {};
    for (let seed = 1; seed <= 20; seed += 1) {
      const result = await runSealed(planOf(seed, parts), { parts });
      expect(result.broken).toBeNull();
      for (const [what, n] of Object.entries(result.reached)) reached[what] = (reached[what] ?? 0) + n;
    }

    expect(reached).toMatchObject({
      'heard accepted': expect.any(Number),
      'heard sold_out': expect.any(Number),
      'flow gate_rebuilt': expect.any(Number),
      'flow orders_repeated': expect.any(Number),
      'fault kill': expect.any(Number),
      'fault gate_failover': expect.any(Number),
    });
  });
});
