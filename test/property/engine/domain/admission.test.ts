import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admit, progressOf, type RoomState, resumeRoom, takePlace } from '../../../../src/engine/domain/admission.ts';
import {
  comparePlaces,
  isAdmitted,
  type Place,
  type RoomProgress,
  waitingIn,
} from '../../../../src/engine/domain/waiting-room.ts';
import { epoch } from '../../../builders/ids.ts';

/** `lose` throws away what happened since the last `checkpoint`. */
const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('take' as const), count: fc.integer({ min: 1, max: 5 }) }) },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('admit' as const),
        wanted: fc.integer({ min: 0, max: 5 }),
        rate: fc.option(fc.integer({ min: 1, max: 6 }), { freq: 12 }),
        afterMs: fc.integer({ min: 0, max: 1_500 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('checkpoint' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose' as const) }) },
  ),
  { maxLength: 80 },
);

describe('admission over losses of the gate', () => {
  it('never inverts the order of places, and in the end admits every place', () => {
    fc.assert(
      fc.property(steps, (history) => {
        let room: RoomState = resumeRoom(epoch(1), null);
        let checkpoint: RoomProgress | null = null;
        let nowMs = 0;
        const given: Place[] = [];
        // The number of a place in the order of giving out -> whether its turn was ever seen to have come.
        const turnSeen = new Set<number>();

        function look(): void {
          const progress = progressOf(room);
          const turns = given.map((place) => isAdmitted(place, progress));
          // Whoever came earlier is admitted wherever anybody later is.
          expect(turns.indexOf(false) === -1 || !turns.includes(true, turns.indexOf(false))).toBe(true);
          for (const [at, turn] of turns.entries()) if (turn) turnSeen.add(at);
        }

        for (const step of history) {
          if (step.kind === 'take') {
            for (let n = 0; n < step.count; n += 1) {
              const taken = takePlace(room);
              const before = given.at(-1);
              if (before) expect(comparePlaces(before, taken.place)).toBeLessThan(0);
              given.push(taken.place);
              room = taken.room;
            }
          } else if (step.kind === 'admit') {
            nowMs += step.afterMs;
            const answer = admit(room, step.rate, step.wanted, nowMs);
            room = answer.room;
            if (waitingIn(progressOf(room)) > 0) expect(answer.granted).toBe(0);
          } else if (step.kind === 'checkpoint') checkpoint = progressOf(room);
          else room = resumeRoom(epoch(room.epoch + 1), checkpoint);
          look();
        }

        for (let n = 0; waitingIn(progressOf(room)) > 0; n += 1) {
          expect(n).toBeLessThan(1_000);
          nowMs += 1_000;
          room = admit(room, 5, 0, nowMs).room;
        }
        look();
        expect(turnSeen.size).toBe(given.length);
      }),
      { numRuns: 500 },
    );
  });

  it('lets no more through than burst and rate, places and direct requests together, within an epoch', () => {
    fc.assert(
      fc.property(steps, (history) => {
        let room: RoomState = resumeRoom(epoch(1), null);
        let nowMs = 0;
        let through = 0;
        for (const step of history) {
          if (step.kind === 'take') for (let n = 0; n < step.count; n += 1) room = takePlace(room).room;
          if (step.kind !== 'admit') continue;
          nowMs += step.afterMs;
          const before = room.admitted;
          const answer = admit(room, 4, step.wanted, nowMs);
          room = answer.room;
          through += answer.granted + room.admitted - before;
          expect(through).toBeLessThanOrEqual(4 + (4 * nowMs) / 1000);
        }
      }),
    );
  });
});
