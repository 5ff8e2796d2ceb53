import fc from 'fast-check';
import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import type { TimedFault } from '../../../../src/toolkit/chaos/experiment/experiment.ts';
import { type ChaosFault, partFault, type UndoTools } from '../../../../src/toolkit/chaos/fault/chaos-fault.ts';
import { parseJournal } from '../../../../src/toolkit/chaos/journal/journal.ts';
import type { JournalEvent, NewJournalEvent } from '../../../../src/toolkit/chaos/journal/journal-event.ts';
import { isClean, leftOver } from '../../../../src/toolkit/chaos/journal/left-over.ts';
import { FaultBook } from '../../../../src/toolkit/chaos/run/fault-book.ts';
import { shuffled } from '../../../../src/toolkit/chaos/run/shuffle.ts';
import type { ChaosPart, ChaosSystem } from '../../../../src/toolkit/chaos/system/chaos-system.ts';

/** The runner's process has gone: nothing of it happens any more. */
class Crash extends Error {}

/** Parts that a fault breaks and its undo mends, under a runner that dies at one of its steps. */
class World {
  readonly broken = new Set<string>();
  readonly events: JournalEvent[] = [];
  #steps = 0;
  readonly #crashAt: number;

  constructor(crashAt: number) {
    this.#crashAt = crashAt;
  }

  get steps(): number {
    return this.#steps;
  }

  step(): void {
    this.#steps += 1;
    if (this.#steps > this.#crashAt) throw new Crash();
  }

  write(event: NewJournalEvent): void {
    this.step();
    this.events.push({ ...event, at: new Date(0).toISOString() } as JournalEvent); // the same kind with its time
    this.step();
  }
}

/** `fails`: it breaks its target and then throws. */
function breaking(world: World, fails: boolean): ChaosFault {
  return partFault({
    name: fails ? 'break-and-fail' : 'break',
    summary: '',
    evidence: '',
    undoing: '',
    targets: ['server'],
    parameters: Type.Object({}),
    note: Type.Object({ broken: Type.String() }),
    lasts: 'while',
    needs: () => [],
    says: () => '',
    async prepare({ target }) {
      world.step();
      return { broken: target.name };
    },
    async inject({ target }) {
      world.step();
      world.broken.add(target.name);
      world.step();
      if (fails) throw new Error('it broke halfway');
      return { seen: true, what: 'it is broken' };
    },
    async undo({ broken }, { sameRunner }) {
      if (sameRunner) world.step();
      world.broken.delete(broken);
      if (sameRunner) world.step();
    },
  });
}

const noTools: UndoTools = { sameRunner: true, identityOf: () => undefined, startAgain: async () => {} };

/** Injects the faults, undoes some at their time and the rest at the end; null where it was cut off. */
async function run(world: World, plan: readonly { readonly fails: boolean; readonly early: boolean }[]): Promise<void> {
  const book = new FaultBook({
    write: (event) => world.write(event),
    contextOf: ({ parameters }, target) => ({ parameters, target, system: {} as ChaosSystem, chance: () => 0 }),
    tools: noTools,
    nowMs: () => 0,
    firstId: 1,
  });
  try {
    for (const [n, { fails, early }] of plan.entries()) {
      const timed: TimedFault = {
        atMs: 0,
        forMs: 0,
        fault: breaking(world, fails),
        target: `server-${n}`,
        parameters: {},
      };
      const booked = await book.inject(timed, { kind: 'server', name: `server-${n}` } as ChaosPart);
      if (early && booked !== null) await book.undo(booked.id);
    }
    await book.undoAll();
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
  }
}

/** What the next command does: whatever the journal does not say to be undone is undone, in another process. */
async function recover(world: World, events: readonly JournalEvent[]): Promise<void> {
  const undo = breaking(world, false);
  for (const { note } of leftOver(events).undos) await undo.undo(note, { ...noTools, sameRunner: false });
}

const plans = fc.array(fc.record({ fails: fc.boolean(), early: fc.boolean() }), { minLength: 1, maxLength: 4 });

describe('the undo of a fault', () => {
  it('has happened after every run that was not cut off', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const world = new World(Number.POSITIVE_INFINITY);
        await run(world, plan);

        expect([...world.broken]).toEqual([]);
        expect(isClean(leftOver(world.events))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('happens with the next command, at whichever step the runner was killed', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const whole = new World(Number.POSITIVE_INFINITY);
        await run(whole, plan);
        for (let crashAt = 0; crashAt <= whole.steps; crashAt += 1) {
          const world = new World(crashAt);
          await run(world, plan);
          await recover(world, world.events);

          expect([...world.broken], `killed at step ${crashAt} of ${whole.steps}`).toEqual([]);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('is found in a journal whose last line a crash has cut off, whole lines all of them', async () => {
    const world = new World(Number.POSITIVE_INFINITY);
    await run(world, [
      { fails: false, early: false },
      { fails: true, early: false },
    ]);
    const lines = world.events.map((event) => `${JSON.stringify(event)}\n`);
    const text = lines.join('');

    for (let bytes = 0; bytes <= text.length; bytes += 1) {
      const whole = text.slice(0, bytes).split('\n').length - 1;
      const read = parseJournal(text.slice(0, bytes));
      expect(read.length).toBeGreaterThanOrEqual(whole);
      expect(read.slice(0, whole)).toEqual(world.events.slice(0, whole));
    }
  });
});

describe('an order of chance', () => {
  it('has everything once, and the same order for the same seed', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer()), fc.integer({ min: 0, max: 2 ** 32 - 1 }), (items, seed) => {
        const order = shuffled(items, seed);

        expect([...order].sort()).toEqual([...items].sort());
        expect(shuffled(items, seed)).toEqual(order);
      }),
    );
  });
});
