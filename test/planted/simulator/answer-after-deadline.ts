import type { PlantedBug } from '../../../src/toolkit/simulate/hunt/bug.ts';

/** Shorter than a buyer's patience, and far longer than the controller waits for what servers have sent. */
const raisedMs = 4_500;

export const bug: PlantedBug = {
  name: 'answer-after-deadline',
  story:
    'Buyers heard `unknown` when the log was slow, so the append deadline was raised where the complaints came from: on the ' +
    'servers. The workers kept the old one, and a rebuild waits by theirs. A server now answers 200 for what reached the ' +
    'log behind the marker.',
  plant: (parts, { process }) =>
    process.plan.roles.includes('control') ? parts : { ...parts, settings: { appendDeadlineMs: raisedMs } },
};
