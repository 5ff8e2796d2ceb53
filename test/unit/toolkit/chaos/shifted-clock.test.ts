import { beforeEach, expect, test } from 'vitest';
import { type ShiftedClock, shiftedClock } from '../../../../src/toolkit/chaos/clock/shifted-clock.ts';

let machine: { wallMs: number; monotonicMs: number };
let clock: ShiftedClock;

beforeEach(() => {
  machine = { wallMs: 1_000_000, monotonicMs: 50 };
  clock = shiftedClock({ wallMs: () => machine.wallMs, monotonicMs: () => machine.monotonicMs });
});

function pass(ms: number): void {
  machine.wallMs += ms;
  machine.monotonicMs += ms;
}

test('a clock that nobody has set is the machine’s', () => {
  pass(1_000);

  expect([clock.wallMs(), clock.monotonicMs()]).toEqual([1_001_000, 1_050]);
});

test('a jump moves the wall clock alone, and is gone with the next setting', () => {
  clock.set({ jumpMs: -5_000, driftPpm: 0 });
  pass(10);
  expect([clock.wallMs(), clock.monotonicMs()]).toEqual([995_010, 60]);

  clock.set({ jumpMs: 0, driftPpm: 0 });
  expect(clock.wallMs()).toBe(1_000_010);
});

test('a drift makes both clocks faster, and the monotonic one keeps what it gained', () => {
  clock.set({ jumpMs: 0, driftPpm: 100_000 });
  pass(1_000);
  expect([clock.wallMs(), clock.monotonicMs()]).toEqual([1_001_100, 1_150]);

  clock.set({ jumpMs: 0, driftPpm: -500_000 });
  expect([clock.wallMs(), clock.monotonicMs()]).toEqual([1_001_000, 1_150]);
  pass(1_000);
  expect([clock.wallMs(), clock.monotonicMs()]).toEqual([1_001_500, 1_650]);

  clock.set({ jumpMs: 0, driftPpm: 0 });
  expect(clock.monotonicMs()).toBe(1_650);
});
