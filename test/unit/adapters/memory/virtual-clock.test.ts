import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../../src/adapters/memory/virtual-clock.ts';
import { instant } from '../../../builders/ids.ts';

describe('the virtual clock', () => {
  it('stands still until it is moved', async () => {
    const clock = createVirtualClock({ start: instant(5_000) });
    await clock.settle();
    expect([clock.now(), clock.monotonicMs()]).toEqual([5_000, 0]);

    await clock.advance(250);

    expect([clock.now(), clock.monotonicMs()]).toEqual([5_250, 250]);
  });

  it('wakes sleepers in the order of their moments, those of one moment in the order they fell asleep', async () => {
    const clock = createVirtualClock();
    const woken: string[] = [];
    const sleeper = (name: string, ms: number) =>
      clock.sleep(ms).then(() => woken.push(`${name} at ${clock.monotonicMs()}`));
    void sleeper('late', 30);
    void sleeper('first', 10);
    void sleeper('second', 10);

    await clock.advance(20);
    expect(woken).toEqual(['first at 10', 'second at 10']);
    await clock.advance(10);

    expect(woken[2]).toBe('late at 30');
    expect(clock.sleepers).toBe(0);
  });

  it('lets a sleeper sleep again on the way', async () => {
    const clock = createVirtualClock();
    const ticks: number[] = [];
    const ticking = (async () => {
      for (let n = 0; n < 3; n += 1) {
        await clock.sleep(100);
        ticks.push(clock.monotonicMs());
      }
    })();

    await clock.advance(1_000);
    await ticking;

    expect(ticks).toEqual([100, 200, 300]);
    expect(clock.monotonicMs()).toBe(1_000);
  });

  it('wakes a sleeper at once when its signal aborts, before or during the sleep', async () => {
    const clock = createVirtualClock();
    const controller = new AbortController();
    const sleeping = clock.sleep(60_000, controller.signal);
    controller.abort();

    await sleeping;
    await clock.sleep(60_000, controller.signal);

    expect([clock.sleepers, clock.monotonicMs()]).toEqual([0, 0]);
  });

  it('ends a turn after everything that was asked for in it, and before time goes on', async () => {
    const clock = createVirtualClock();
    const seen: string[] = [];
    void clock.sleep(10).then(() => {
      clock.endOfTurn(() => seen.push(`turn ended at ${clock.monotonicMs()}`));
      seen.push('asked');
    });
    void clock.sleep(11).then(() => seen.push('next'));

    await clock.advance(50);

    expect(seen).toEqual(['asked', 'turn ended at 10', 'next']);
  });

  it('moves the wall clock alone where that jumps', () => {
    const clock = createVirtualClock({ start: instant(10_000) });

    clock.jumpWallClock(-4_000);

    expect([clock.now(), clock.monotonicMs()]).toEqual([6_000, 0]);
  });
});
