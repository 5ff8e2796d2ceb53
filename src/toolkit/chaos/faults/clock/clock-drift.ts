import { Type } from 'typebox';
import { partFault } from '../../fault/chaos-fault.ts';
import { clockNoteSchema, noteClock, setClock, undoClock } from './set-clock.ts';

/** Twice as fast. A real quartz is off by up to 200 ppm: an experiment has seconds, so it takes a thousand times that. */
const mostPpm = 1_000_000;
/** Half as fast: below, a clock stands still, which `pause` shows. */
const leastPpm = -500_000;

/** Both clocks of one process go faster or slower; its timers are the machine's, which a program cannot shift from within. */
export const clockDrift = partFault({
  name: 'clock_drift',
  summary:
    "Wall clock and monotonic clock of a server go faster or slower than everybody else's; its timers stay true.",
  evidence: 'the process says what its clock shows',
  undoing: 'the clock of the machine; the monotonic one keeps what it gained',
  targets: ['server', 'worker'],
  parameters: Type.Object(
    {
      ppm: Type.Integer({
        minimum: leastPpm,
        maximum: mostPpm,
        description: 'how much faster, in parts of a million; negative: slower',
      }),
    },
    { additionalProperties: false },
  ),
  note: clockNoteSchema,
  lasts: 'while',
  needs: () => [],
  says: (target, { ppm }) => `the clocks of ${target} gain ${ppm} ppm`,
  prepare: async ({ target, system }) => noteClock(target, system),
  inject: ({ target, parameters: { ppm } }, note) => setClock(target, note, { jumpMs: 0, driftPpm: ppm }),
  undo: async (note) => undoClock(note),
});
