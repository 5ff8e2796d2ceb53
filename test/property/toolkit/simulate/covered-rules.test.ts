import { expect, it } from 'vitest';
import { composeSimulation } from '../../../../src/compose-simulation.ts';
import { planOf, runSealed } from '../../../../src/toolkit/simulate/seeds/run-seed.ts';
import { beginOverNewerEpoch } from '../../../planted/begin-over-newer-epoch.ts';

/** One in fifty of them has the story in which such a begin is common. */
const seeds = 10_000;

it('a rebuild that begins over a newer epoch breaks no promise: whoever asks the gate names his epoch', {
  tags: ['long'],
  timeout: 600_000,
}, async () => {
  let begins = 0;
  const parts = beginOverNewerEpoch(composeSimulation(), () => {
    begins += 1;
  });
  const broken: string[] = [];
  for (let seed = 1; seed <= seeds; seed += 1) {
    const plan = planOf(seed, parts);
    if (plan.stories?.includes('slow_rebuild') !== true) continue;
    const { broken: promise } = await runSealed(plan, { parts });
    if (promise !== null) broken.push(`seed ${seed}: ${promise.text}`);
  }

  expect(broken).toEqual([]);
  expect(begins).toBeGreaterThan(0);
});
