import { expect, it } from 'vitest';
import { createVirtualClock } from '../../../../src/adapters/memory/virtual-clock.ts';
import { lookWhileWatched } from '../../../../src/engine/flows/look-while-watched.ts';

const everyMs = 250;

/** A lookout that runs; `looks` are the moments at which it looked. */
function aLookout() {
  const clock = createVirtualClock();
  const looks: number[] = [];
  const watched = { now: false };
  const lookout = lookWhileWatched({
    clock,
    everyMs,
    isWatched: () => watched.now,
    look: async () => void looks.push(clock.monotonicMs()),
  });
  const stop = new AbortController();
  const ended = lookout.run(stop.signal);
  return { clock, looks, watched, lookout, stop, ended };
}

it('keeps no clock running while nobody watches', async () => {
  const { clock, looks } = aLookout();
  await clock.advance(2_000);

  expect(looks).toEqual([]);
  expect(clock.sleepers).toBe(0);
});

it('looks as soon as somebody watches, then at its pace until nobody does, and again for the next one', async () => {
  const { clock, looks, watched, lookout } = aLookout();
  await clock.advance(1_100);

  watched.now = true;
  lookout.wake();
  await clock.advance(600);
  watched.now = false;
  await clock.advance(1_000);
  watched.now = true;
  lookout.wake();
  await clock.advance(1);

  expect(looks).toEqual([1_100, 1_350, 1_600, 2_700]);
});

it('keeps its pace however many come', async () => {
  const { clock, looks, watched, lookout } = aLookout();
  watched.now = true;
  for (let n = 0; n < 10; n += 1) {
    lookout.wake();
    await clock.advance(10);
  }

  expect(looks).toEqual([0]);
});

it('hears of who came before it ran', async () => {
  const clock = createVirtualClock();
  const looks: number[] = [];
  const look = async () => void looks.push(clock.monotonicMs());
  const lookout = lookWhileWatched({ clock, everyMs, isWatched: () => true, look });
  lookout.wake();
  void lookout.run(new AbortController().signal);
  await clock.settle();

  expect(looks).toEqual([0]);
});

it.each([true, false])('ends when it is told to, watched or not (%s)', async (isWatched) => {
  const { clock, watched, lookout, stop, ended } = aLookout();
  watched.now = isWatched;
  lookout.wake();
  await clock.settle();

  stop.abort();

  await expect(ended).resolves.toBeUndefined();
  expect(clock.sleepers).toBe(0);
});
