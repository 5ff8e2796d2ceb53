import { describe, expect, it } from 'vitest';
import { admissionRateAt, progressOf, resumeRoom, takePlace } from '../../../../src/engine/domain/admission.ts';
import { isAdmitted, positionOf, waitingIn } from '../../../../src/engine/domain/waiting-room.ts';
import { aSale } from '../../../builders/a-sale.ts';
import { epoch, instant } from '../../../builders/ids.ts';

const now = instant(1_767_225_600_000);

describe('the admission rate', () => {
  const { config } = aSale().with({ admissionRate: 50, state: 'scheduled', opensAt: now, closesAt: instant(now + 10) });

  it('is the sale’s while it is open and 0 before and after', () => {
    expect([now - 1, now, now + 9, now + 10].map((at) => admissionRateAt(config, instant(at)))).toEqual([0, 50, 50, 0]);
    expect(admissionRateAt({ ...config, state: 'paused' }, now)).toBe(0);
  });

  it('is none where the sale has none, open or not', () => {
    expect(admissionRateAt({ ...config, admissionRate: null, state: 'paused' }, now)).toBeNull();
  });
});

describe('the progress of a room', () => {
  it('starts with nobody waiting, and counts who comes', () => {
    const empty = resumeRoom(epoch(1), null);
    const { room, place } = takePlace(takePlace(empty).room);

    expect(waitingIn(progressOf(empty))).toBe(0);
    expect(waitingIn(progressOf(room))).toBe(2);
    expect(positionOf(place, progressOf(room))).toBe(2);
    expect(isAdmitted(place, progressOf(room))).toBe(false);
  });

  it('says where an older epoch’s places stand after a loss', () => {
    const at = (counter: number) => ({ epoch: epoch(1), counter });
    const progress = progressOf(resumeRoom(epoch(2), { admittedUpTo: at(4), lastPlace: at(9) }));

    expect(waitingIn(progress)).toBe(5);
    expect([4, 5].map((counter) => isAdmitted(at(counter), progress))).toEqual([true, false]);
    expect(positionOf(at(5), progress)).toBe(1);
  });

  it('admits what the checkpoint missed where nobody known waits', () => {
    const at = (counter: number) => ({ epoch: epoch(1), counter });
    const progress = progressOf(resumeRoom(epoch(2), { admittedUpTo: at(9), lastPlace: at(9) }));

    expect(isAdmitted(at(12), progress)).toBe(true);
    expect(isAdmitted({ epoch: epoch(2), counter: 10 }, progress)).toBe(false);
  });
});
