import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeSimulation } from '../../../../../src/compose-simulation.ts';
import type { WorldPlan } from '../../../../../src/toolkit/simulate/plan/plan.ts';
import { readSavedWorld, writeSavedWorld } from '../../../../../src/toolkit/simulate/saved/saved-world.ts';
import { type SavedWorld, savedWorldSchema } from '../../../../../src/toolkit/simulate/saved/saved-world-schema.ts';
import { planOf } from '../../../../../src/toolkit/simulate/seeds/run-seed.ts';
import { ownTmpdir } from '../../../../support/own-tmpdir.ts';

const folder = ownTmpdir();
const parts = composeSimulation();
const saved = (plan: WorldPlan): SavedWorld => ({
  ...{ format: 'fluxgate-world', version: 1, bug: null, plan },
  found: { invariant: 'liveness', kind: 'no_rest', text: 'the world does not come to rest: "quoted" é' },
});

describe('a saved world', () => {
  it('is read as it was written, whatever a seed draws', async () => {
    {
      const path = join(folder(), 'world.json');
      await fc.assert(
        fc.asyncProperty(fc.nat(2 ** 40), async (seed) => {
          const world = saved(planOf(seed, parts));
          await writeSavedWorld(path, world);
          expect(await readSavedWorld(path)).toEqual(world);
        }),
        { numRuns: 50 },
      );
    }
  });

  it.each<readonly [string, (plan: WorldPlan) => unknown, RegExp]>([
    [
      'a fault of nobody',
      (plan) => ({ ...plan, faults: [{ atMs: 0, kind: 'kill', process: 'p9', forMs: 1 }] }),
      /no process p9/,
    ],
    [
      'a replica for nobody',
      (plan) => ({ ...plan, faults: [{ atMs: 0, kind: 'gate_failover', staleMs: 0, stay: ['p9'], forMs: 1 }] }),
      /no process p9/,
    ],
    [
      'a product that is not sold',
      (plan) => ({ ...plan, stock: [1], buyers: [{ ...plan.buyers[0], lines: [{ product: 3, quantity: 1 }] }] }),
      /no product 3/,
    ],
    [
      'a wish for a product that is not sold',
      (plan) => ({ ...plan, stock: [1], operators: [{ atMs: 0, server: 0, kind: 'add_stock', product: 3, by: 1 }] }),
      /no product 3/,
    ],
    [
      'nobody who records',
      (plan) => ({ ...plan, faults: [], processes: [{ name: 'p1', roles: ['serve'], driftPpm: 0, offsetMs: 0 }] }),
      /somebody to consume/,
    ],
    [
      'two of one name',
      (plan) => ({ ...plan, faults: [], processes: [plan.processes[0], plan.processes[0], ...plan.processes] }),
      /stands here twice/,
    ],
    ['an unknown key', (plan) => ({ ...plan, surprise: 1 }), /surprise/],
    ['a fault of no kind', (plan) => ({ ...plan, faults: [{ atMs: 0, kind: 'meteor' }] }), /faults/],
  ])('is refused with its line for %s', async (_, change, why) => {
    {
      const path = join(folder(), 'world.json');
      await writeFile(path, JSON.stringify({ ...saved(planOf(3, parts)), plan: change(planOf(3, parts)) }, null, 1));

      await expect(readSavedWorld(path)).rejects.toMatchObject({
        code: 'world_invalid',
        message: expect.stringMatching(why),
      });
      await expect(readSavedWorld(path)).rejects.toThrow(/world\.json:\d+:\d+ /);
    }
  });

  it('has its schema published (vitest -u writes it anew)', async () => {
    const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', ...savedWorldSchema };

    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(
      '../../../../../docs/schemas/simulated-world.schema.json',
    );
  });
});
