import { expect, test } from 'vitest';
import { composeSimulation } from '../../../../../src/compose-simulation.ts';
import { shrinkWorld, traceWorld } from '../../../../../src/toolkit/simulate/asked/shrink-world.ts';
import { diagramText } from '../../../../../src/toolkit/simulate/diagram/diagram-text.ts';
import { makeDiagram } from '../../../../../src/toolkit/simulate/diagram/make-diagram.ts';
import { planOf, runSealed } from '../../../../../src/toolkit/simulate/seeds/run-seed.ts';
import { appendTakenForGranted } from '../../../../support/append-taken-for-granted.ts';

const use = { parts: composeSimulation(), plant: appendTakenForGranted };

/** The first seed in which the planted bug breaks a promise. */
async function firstBroken() {
  for (let seed = 1; seed <= 200; seed += 1) {
    const plan = planOf(seed, use.parts);
    const { broken } = await runSealed(plan, use);
    if (broken !== null) return { plan, broken };
  }
  return expect.unreachable('200 seeds do not meet an append that is taken for granted');
}

test('a broken seed shrinks to one buyer and one fault, the same each time, and the diagram tells how', async () => {
  const { plan, broken } = await firstBroken();

  const [once, again] = [await shrinkWorld(plan, broken, use), await shrinkWorld(plan, broken, use)];
  const { result, events } = await traceWorld(once.plan, use);

  expect(again).toEqual(once);
  expect(once.isSmallest).toBe(true);
  expect(result.broken?.kind).toBe(broken.kind);
  expect(once.plan.buyers).toHaveLength(1);
  expect(once.plan.faults).toHaveLength(1);
  if (result.broken === null) return expect.unreachable();
  const diagram = diagramText(makeDiagram(events, result.broken), 80);
  expect(diagram).toMatch(/append A/);
  expect(diagram).toMatch(/accepted/);
  expect(diagram).toContain('!! a buyer heard 200 for A');
  // and nothing is wrong with that world but the bug
  expect((await runSealed(once.plan, { parts: use.parts })).broken).toBeNull();
});
