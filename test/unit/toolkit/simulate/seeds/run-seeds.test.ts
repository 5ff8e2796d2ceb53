import { join } from 'node:path';
import { expect, test } from 'vitest';
import { simulationWorker } from '../../../../../src/compose-simulation.ts';
import { runSeeds } from '../../../../../src/toolkit/simulate/seeds/run-seeds.ts';

test('a run that is interrupted ends, having told of each seed that had broken a promise by then', async () => {
  const stop = new AbortController();
  const told: number[] = [];
  const running = runSeeds({
    ...{ from: 1, count: 100_000, maxMs: null, jobs: 1, stopAtFirst: false },
    plantFile: join(import.meta.dirname, '../../../../planted/simulator/settle-before-append.ts'),
    ...{ worker: simulationWorker(), signal: stop.signal },
    onProgress({ found }) {
      told.push(...found.map(({ seed }) => seed));
      if (found.length > 0) stop.abort();
    },
  });

  await expect(running).rejects.toMatchObject({ code: 'interrupted' });
  expect(told.length).toBeGreaterThan(0);
});
