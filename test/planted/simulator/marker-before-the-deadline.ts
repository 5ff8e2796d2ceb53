import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';

export const bug: PlantedBug = {
  name: 'marker-before-the-deadline',
  story:
    'A rebuild waits the append deadline for what servers had sent before they heard of it. So that a stop need not wait for it, the wait ' +
    'was given a signal, and it was that of the wait before, which is over: it returns at once. An append that is still under ' +
    'way arrives behind the marker, and its server says yes.',
  plant: (parts, { settings }) => ({
    ...parts,
    clock: {
      ...parts.clock,
      sleep: (ms, signal) => parts.clock.sleep(ms === settings.appendDeadlineMs ? 0 : ms, signal),
    },
  }),
};
