import { describe, expect, it } from 'vitest';
import type { Epoch } from '../../src/engine/domain/ids.ts';
import {
  comparePlaces,
  isAdmitted,
  type Place,
  positionOf,
  type RoomProgress,
} from '../../src/engine/domain/waiting-room.ts';
import type { Gate } from '../../src/engine/ports/gate.ts';
import type { WaitingRoom } from '../../src/engine/ports/waiting-room.ts';
import { aSale } from '../builders/a-sale.ts';
import { epoch, instant, saleId } from '../builders/ids.ts';

/** A waiting room beside the gate whose fence it shares. */
export interface WaitingRoomUnderTest {
  readonly room: WaitingRoom;
  readonly gate: Gate;
  lose(): Promise<void>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

const sale = saleId();
const first = epoch(1);
const second = epoch(2);
const startMs = 1_767_225_600_000;

async function opened(gate: Gate, at: Epoch = first, room: RoomProgress | null = null): Promise<void> {
  const { config, stock } = aSale().selling(5, 'ticket');
  await gate.begin(sale, at);
  await gate.load(sale, at, { kind: 'head', config, stock, room });
  await gate.open(sale, at);
}

async function admitted(room: WaitingRoom, rate: number | null, wanted: number, afterMs: number, at: Epoch = first) {
  const answer = await room.admit(sale, at, rate, wanted, instant(startMs + afterMs));
  if (answer.kind !== 'admitted') throw new Error('the room is being rebuilt');
  return answer;
}

async function places(room: WaitingRoom, count: number, at: Epoch = first): Promise<readonly Place[]> {
  const taken: Place[] = [];
  for (let n = 0; n < count; n += 1) {
    const answer = await room.takePlace(sale, at);
    if (answer.kind !== 'place') throw new Error('the room is being rebuilt');
    taken.push(answer.place);
  }
  return taken;
}

/** What every waiting room promises (ports/waiting-room.ts, design.md section 6). */
export function waitingRoomSuite(name: string, make: () => Promise<WaitingRoomUnderTest>): void {
  async function withRoom(run: (world: WaitingRoomUnderTest) => Promise<void>): Promise<void> {
    const world = await make();
    try {
      await run(world);
    } finally {
      await world.close();
    }
  }

  describe(`waiting room: ${name}`, () => {
    it('lets everybody through where there is no rate', () =>
      withRoom(async ({ room, gate }) => {
        await opened(gate);

        expect((await admitted(room, null, 100_000, 0)).granted).toBe(100_000);
      }));

    it('lets a quarter of a second’s worth through at once, then the rate', () =>
      withRoom(async ({ room, gate }) => {
        await opened(gate);

        const granted: number[] = [];
        for (const afterMs of [0, 0, 25, 100, 10_000]) {
          granted.push((await admitted(room, 40, 50, afterMs)).granted);
        }

        expect(granted).toEqual([10, 0, 1, 3, 10]);
      }));

    it('lets one through every two seconds at half a request a second', () =>
      withRoom(async ({ room, gate }) => {
        await opened(gate);

        const granted: number[] = [];
        for (const afterMs of [0, 1_999, 2_000, 3_000, 4_000]) {
          granted.push((await admitted(room, 0.5, 5, afterMs)).granted);
        }

        expect(granted).toEqual([1, 0, 1, 0, 1]);
      }));

    it('admits nobody at rate 0 and starts with its burst after it', () =>
      withRoom(async ({ room, gate }) => {
        await opened(gate);
        const waiting = await places(room, 25);

        const before = await admitted(room, 0, 5, 0);
        const early = await admitted(room, 0, 5, 60_000);
        const { progress } = await admitted(room, 40, 5, 60_000);

        expect([before.granted, early.granted]).toEqual([0, 0]);
        expect(waiting.some((place) => isAdmitted(place, early.progress))).toBe(false);
        expect(waiting.filter((place) => isAdmitted(place, progress))).toHaveLength(10);
      }));

    it('gives out places in one sequence', () =>
      withRoom(async ({ room, gate }) => {
        await opened(gate);

        expect(await places(room, 3)).toEqual([1, 2, 3].map((counter) => ({ epoch: first, counter })));
      }));

    it('admits whoever waits first, and nobody directly while anybody does', () =>
      withRoom(async ({ room, gate }) => {
        await opened(gate);
        await admitted(room, 40, 10, 0);
        const waiting = await places(room, 15);

        const next = await admitted(room, 40, 10, 250);
        const afterNext = await admitted(room, 40, 10, 500);

        expect(next.granted).toBe(0);
        expect(waiting.map((place) => isAdmitted(place, next.progress))).toEqual(waiting.map((_, at) => at < 10));
        expect(afterNext.granted).toBe(5);
        expect(waiting.every((place) => isAdmitted(place, afterNext.progress))).toBe(true);
      }));

    it('moves the room on where nobody wants to go directly', () =>
      withRoom(async ({ room, gate }) => {
        await opened(gate);
        await places(room, 3);

        const { granted, progress } = await admitted(room, 8, 0, 0);

        expect(granted).toBe(0);
        expect(progress).toEqual({
          admittedUpTo: { epoch: first, counter: 2 },
          lastPlace: { epoch: first, counter: 3 },
        });
      }));

    it('admits everybody who waits once the rate is lifted', () =>
      withRoom(async ({ room, gate }) => {
        await opened(gate);
        const waiting = await places(room, 40);

        const { progress } = await admitted(room, null, 0, 0);

        expect(waiting.every((place) => isAdmitted(place, progress))).toBe(true);
      }));

    it('shuts nobody out for long because the clock went back', () =>
      withRoom(async ({ room, gate }) => {
        await opened(gate);
        await admitted(room, 40, 10, 3_600_000);
        await admitted(room, 40, 10, 0);

        expect((await admitted(room, 40, 10, 250)).granted).toBe(10);
      }));

    it.each(['lose', 'restart'] as const)('answers rebuilding once its state may be lost (%s)', (how) =>
      withRoom(async (world) => {
        await opened(world.gate);

        await world[how]();

        expect(await world.room.admit(sale, first, 10, 1, instant(startMs))).toEqual({ kind: 'rebuilding' });
        expect(await world.room.takePlace(sale, first)).toEqual({ kind: 'rebuilding' });
      }),
    );

    it('answers rebuilding to any epoch but the gate’s own', () =>
      withRoom(async ({ room, gate }) => {
        await opened(gate);
        await gate.raiseFence(sale, second);

        for (const at of [first, second]) {
          expect(await room.admit(sale, at, 10, 1, instant(startMs))).toEqual({ kind: 'rebuilding' });
          expect(await room.takePlace(sale, at)).toEqual({ kind: 'rebuilding' });
        }
      }));

    it('goes on after a loss: older places first, at the rate, then those that the checkpoint missed, then new ones', () =>
      withRoom(async ({ room, gate, lose }) => {
        await opened(gate);
        const older = await places(room, 6);
        const checkpoint = (await admitted(room, 8, 0, 0)).progress;
        const missed = await places(room, 2);
        await lose();
        await opened(gate, second, checkpoint);
        const newer = await places(room, 2, second);

        const seen: string[] = [];
        for (const afterMs of [10_000, 11_000, 12_000]) {
          const { granted, progress } = await admitted(room, 8, 1, afterMs, second);
          expect(granted).toBe(0);
          seen.push([older, missed, newer].map((all) => all.filter((p) => isAdmitted(p, progress)).length).join());
        }

        expect(seen).toEqual(['4,0,0', '6,2,0', '6,2,2']);
        for (const late of newer)
          for (const early of [...older, ...missed]) expect(comparePlaces(early, late)).toBeLessThan(0);
      }));

    it('admits all older places where there was no checkpoint', () =>
      withRoom(async ({ room, gate, lose }) => {
        await opened(gate);
        const older = await places(room, 3);
        await lose();
        await opened(gate, second);

        const { granted, progress } = await admitted(room, 20, 5, 0, second);

        expect(older.every((place) => isAdmitted(place, progress))).toBe(true);
        expect(granted).toBe(5);
      }));

    it('tells a new place how many of all epochs are ahead of it', () =>
      withRoom(async ({ room, gate, lose }) => {
        await opened(gate);
        await places(room, 9);
        const checkpoint = (await admitted(room, 8, 0, 0)).progress;
        await lose();
        await opened(gate, second, checkpoint);
        const [place] = await places(room, 1, second);
        const { progress } = await admitted(room, 8, 0, 0, second);

        expect(place && positionOf(place, progress)).toBe(6);
      }));
  });
}
