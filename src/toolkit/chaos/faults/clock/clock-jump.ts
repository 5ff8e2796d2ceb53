import { Type } from 'typebox';
import { partFault } from '../../fault/chaos-fault.ts';
import { clockNoteSchema, noteClock, setClock, undoClock } from './set-clock.ts';

/** A day: time zones and a wrong battery are within it. */
const mostMs = 86_400_000;

/** The wall clock of one process is off; its monotonic clock and timers are true, as where somebody sets a machine's clock. */
export const clockJump = partFault({
  name: 'clock_jump',
  summary: 'The wall clock of a server jumps, and back at the end; its monotonic clock and timers stay true.',
  evidence: 'the process says what its clock shows',
  undoing: 'the clock of the machine',
  targets: ['server', 'worker'],
  parameters: Type.Object(
    { ms: Type.Integer({ minimum: -mostMs, maximum: mostMs, description: 'how far; negative: into the past' }) },
    { additionalProperties: false },
  ),
  note: clockNoteSchema,
  lasts: 'while',
  needs: () => [],
  says: (target, { ms }) => `the clock of ${target} jumps by ${ms} ms`,
  prepare: async ({ target, system }) => noteClock(target, system),
  inject: ({ target, parameters: { ms } }, note) => setClock(target, note, { jumpMs: ms, driftPpm: 0 }),
  undo: async (note) => undoClock(note),
});
