import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { composeSimulation } from '../../../../../src/compose-simulation.ts';
import type { StoryKind, WorldPlan } from '../../../../../src/toolkit/simulate/plan/plan.ts';
import { storyKinds } from '../../../../../src/toolkit/simulate/plan/plan.ts';
import { savedWorldSchema } from '../../../../../src/toolkit/simulate/saved/saved-world-schema.ts';
import { planOf, runSealed } from '../../../../../src/toolkit/simulate/seeds/run-seed.ts';
import { smallerPlans } from '../../../../../src/toolkit/simulate/shrink/smaller-plans.ts';

const parts = composeSimulation();
const plans = Array.from({ length: 400 }, (_, seed) => planOf(seed, parts));

function told(kind: StoryKind): readonly WorldPlan[] {
  return plans.filter(({ stories }) => stories?.includes(kind));
}

describe('a story', () => {
  it('is in some worlds and not in most, one at a time', () => {
    const counts = plans.map(({ stories }) => stories?.length ?? 0);

    expect(Math.max(...counts)).toBe(1);
    expect(counts.filter((n) => n === 1).length).toBeGreaterThan(plans.length / 10);
    expect(counts.filter((n) => n === 1).length).toBeLessThan(plans.length / 4);
  });

  it.each(storyKinds)('%s names processes that its world has, at moments within it', (kind) => {
    expect(told(kind).length).toBeGreaterThan(0);
    for (const { faults, operators, processes, safetyMs } of told(kind)) {
      const names = processes.map(({ name }) => name);
      const named = faults.flatMap((fault) => ('process' in fault && fault.process !== null ? [fault.process] : []));
      expect(names).toEqual(expect.arrayContaining(named));
      for (const { atMs } of [...faults, ...operators]) expect(atMs).toBeLessThan(safetyMs);
    }
  });

  it('can be written into a file, and read again', () => {
    for (const kind of storyKinds) {
      const [plan] = told(kind);
      expect(Value.Check(savedWorldSchema.properties.plan, JSON.parse(JSON.stringify(plan)))).toBe(true);
    }
  });

  it('is faults like all others where a world is made smaller: each can go', () => {
    const [plan] = told('stock_across_epochs');
    const search = smallerPlans(plan as WorldPlan);
    let next = search.next();
    while (!next.done)
      next = search.next(next.value.faults.length < (plan?.faults.length ?? 0) || !next.value.faults.length);

    expect(next.value.faults).toEqual([]);
    expect(next.value.stories).toBeUndefined();
  });

  it('is counted, and changes nothing of its world by being named', async () => {
    const [plan] = told('lost_twice');
    if (plan === undefined) throw new Error('no seed draws it');
    const { stories: _, ...unnamed } = plan;

    const [named, other] = [await runSealed(plan, { parts }), await runSealed(unnamed, { parts })];

    expect(named.reached).toMatchObject({ 'story lost_twice': 1 });
    expect(other.digest).toBe(named.digest);
  });
});
