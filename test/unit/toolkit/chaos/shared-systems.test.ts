import { expect, it } from 'vitest';
import type { Experiment, SystemShape } from '../../../../src/toolkit/chaos/experiment/experiment.ts';
import { withSharedSystems } from '../../../../src/toolkit/chaos/run/shared-systems.ts';

const plain: SystemShape = {
  mode: 'stack',
  servers: 2,
  workers: 2,
  variants: [],
  proxied: false,
  ways: [],
  clocks: false,
  env: {},
  planted: null,
};

/** An experiment as far as its system goes. */
function on(name: string, system: Partial<SystemShape>): Experiment {
  return { name, system: { ...plain, ...system } } as Experiment; // nothing else of it is read
}

it('experiments whose systems differ in proxies alone share one that has them all, one after the other', () => {
  const shared = withSharedSystems([
    on('killed', {}),
    on('embedded', { mode: 'embedded' }),
    on('cut off', { proxied: true }),
    on('one way', { ways: ['server-1>redis'] }),
    on('sentinels', { variants: ['redis-sentinel'] }),
  ]);

  const all = { proxied: true, ways: ['server-1>redis'] };
  expect(shared.map(({ name, system: { proxied, ways } }) => ({ name, proxied, ways }))).toEqual([
    { name: 'killed', ...all },
    { name: 'cut off', ...all },
    { name: 'one way', ...all },
    { name: 'embedded', proxied: false, ways: [] },
    { name: 'sentinels', proxied: false, ways: [] },
  ]);
});

it('an experiment alone has nothing that it does not need', () => {
  const [alone] = withSharedSystems([on('killed', {})]);

  expect(alone?.system).toEqual(plain);
});
