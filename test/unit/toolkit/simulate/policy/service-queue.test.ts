import { expect, it } from 'vitest';
import { composeSimulation } from '../../../../../src/compose-simulation.ts';
import { createServiceQueue } from '../../../../../src/toolkit/simulate/policy/service-queue.ts';
import { createScheduler } from '../../../../../src/toolkit/simulate/world/scheduler.ts';

const { drained } = composeSimulation();

it('works on one request after the other, and turns away whoever finds the queue full', async () => {
  const scheduler = createScheduler(drained);
  const queue = createServiceQueue(scheduler, { serviceMs: 10, maxWaiting: 2 });
  const said: string[] = [];
  const ask = (name: string) =>
    void queue.turn().then((served) => said.push(`${name} ${served ? 'served' : 'full'} at ${scheduler.nowMs}`));

  scheduler.at(0, () => ask('first'));
  scheduler.at(1, () => ask('second'));
  scheduler.at(2, () => ask('third'));
  scheduler.at(50, () => ask('fourth'));
  await scheduler.run(100);

  expect(said).toEqual(['third full at 2', 'first served at 10', 'second served at 20', 'fourth served at 60']);
});
