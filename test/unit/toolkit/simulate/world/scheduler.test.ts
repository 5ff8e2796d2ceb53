import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeSimulation } from '../../../../../src/compose-simulation.ts';
import { createScheduler } from '../../../../../src/toolkit/simulate/world/scheduler.ts';

const { drained } = composeSimulation();

describe('a scheduler', () => {
  it('runs what was planned in the order of its moments, and of two with one moment the first planned', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20)), async (moments) => {
        const scheduler = createScheduler(drained);
        const ran: { readonly atMs: number; readonly nth: number; readonly nowMs: number }[] = [];
        for (const [nth, atMs] of moments.entries())
          scheduler.at(atMs, () => void ran.push({ atMs, nth, nowMs: scheduler.nowMs }));

        await scheduler.run(100);

        const expected = [...moments.entries()]
          .map(([nth, atMs]) => ({ atMs, nth, nowMs: atMs }))
          .sort((a, b) => a.atMs - b.atMs || a.nth - b.nth);
        expect(ran).toEqual(expected);
        expect(scheduler.nowMs).toBe(100);
      }),
    );
  });

  it('lets everything that a step set off run before the next one, ends of turns last', async () => {
    const scheduler = createScheduler(drained);
    const heard: string[] = [];
    scheduler.at(1, () => {
      scheduler.endOfTurn(() => void heard.push('end of turn'));
      (async () => {
        for (let n = 0; n < 50; n += 1) await null;
        heard.push('after fifty jobs');
      })();
    });
    scheduler.at(1, () => void heard.push('next step'));

    await scheduler.run(1);

    expect(heard).toEqual(['after fifty jobs', 'end of turn', 'next step']);
  });

  it('ends the turn that began before it ran, before time moves', async () => {
    const scheduler = createScheduler(drained);
    const heard: string[] = [];
    scheduler.at(1, () => void heard.push('first step'));
    scheduler.endOfTurn(() => void heard.push(`end of turn at ${scheduler.nowMs}`));

    await scheduler.run(1);

    expect(heard).toEqual(['end of turn at 0', 'first step']);
  });

  it('ends with what a step throws', async () => {
    const scheduler = createScheduler(drained);
    scheduler.at(1, () => {
      throw new RangeError('a defect of the world');
    });

    await expect(scheduler.run(10)).rejects.toThrow('a defect of the world');
  });

  it('does not move for a deadline that was taken back', async () => {
    const scheduler = createScheduler(drained);
    const takeBack = scheduler.deadline(5, () => expect.unreachable());
    takeBack();

    await scheduler.run(10, () => expect.unreachable());

    expect(scheduler.steps).toBe(0);
  });
});
