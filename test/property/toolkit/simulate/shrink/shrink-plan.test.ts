import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeSimulation } from '../../../../../src/compose-simulation.ts';
import type { WorldPlan } from '../../../../../src/toolkit/simulate/plan/plan.ts';
import { planOf } from '../../../../../src/toolkit/simulate/seeds/run-seed.ts';
import { shrinkPlan } from '../../../../../src/toolkit/simulate/shrink/shrink-plan.ts';
import { haveEveryRole } from '../../../../../src/toolkit/simulate/shrink/simpler-worlds.ts';

const parts = composeSimulation();
const limits = { runs: 20_000, steps: 1_000_000 };

type Breaks = (plan: WorldPlan) => boolean;

/** Of 120 chances each says whether one fault or buyer matters; and how large a grudge is. */
const aFinding = fc.tuple(
  fc.nat(5_000),
  fc.array(fc.nat(9), { minLength: 120, maxLength: 120 }),
  fc.integer({ min: 2, max: 11 }),
);

/** Broken where some faults and buyers of the plan are there, and in no order in which the others leave is it always so. */
function brokenPlan([seed, chances, grudge]: readonly [number, readonly number[], number]) {
  const plan = planOf(seed, parts);
  const kinds = [...new Set(plan.faults.map(({ kind }) => kind))].filter((_, nth) => (chances[nth] ?? 0) < 3);
  const buyers = plan.buyers.filter((_, nth) => chances[20 + nth] === 0).map(({ nth }) => nth);
  const breaks: Breaks = (candidate) =>
    kinds.every((kind) => candidate.faults.some((fault) => fault.kind === kind)) &&
    buyers.every((buyer) => candidate.buyers.some(({ nth }) => nth === buyer)) &&
    (candidate.buyers.length === plan.buyers.length ||
      (candidate.buyers.length * 7 + candidate.faults.length * 3) % grudge !== 1);
  return { plan, breaks };
}

async function shrunk(plan: WorldPlan, breaks: Breaks) {
  const run = async (candidate: WorldPlan) => ({ broken: breaks(candidate) ? { kind: 'it' } : null, steps: 1 });
  return shrinkPlan(plan, 'it', { run, limits });
}

describe('what shrinking leaves', () => {
  it('is broken still, and would not be without any single fault or buyer', async () => {
    await fc.assert(
      fc.asyncProperty(aFinding, async (finding) => {
        const { plan, breaks } = brokenPlan(finding);

        const { plan: small, isSmallest } = await shrunk(plan, breaks);

        expect(isSmallest).toBe(true);
        expect(breaks(small)).toBe(true);
        for (const part of ['faults', 'buyers'] as const) {
          for (const nth of small[part].keys())
            expect(breaks({ ...small, [part]: [...small[part]].toSpliced(nth, 1) })).toBe(false);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('is a world that can run: every role, units, lines, and no fault of a process that is not there', async () => {
    await fc.assert(
      fc.asyncProperty(aFinding, async (finding) => {
        const { plan, breaks } = brokenPlan(finding);

        const { plan: small } = await shrunk(plan, breaks);

        const names = small.processes.map(({ name }) => name);
        expect(haveEveryRole(small.processes)).toBe(true);
        expect(small.stock.every((units) => units >= 1)).toBe(true);
        for (const { lines } of small.buyers) {
          expect(lines.length).toBeGreaterThan(0);
          for (const { product } of lines) expect(product).toBeLessThan(small.stock.length);
        }
        for (const fault of small.faults) {
          if ('process' in fault && fault.process !== null) expect(names).toContain(fault.process);
          if (fault.kind === 'gate_failover') expect(names).toEqual(expect.arrayContaining([...fault.stay]));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('is no larger than what a limit lets it reach, and says so', async () => {
    const plan = planOf(3, parts);
    let runs = 0;
    const run = async () => {
      runs += 1;
      return { broken: { kind: 'it' }, steps: 100 };
    };

    const byRuns = await shrinkPlan(plan, 'it', { run, limits: { runs: 5, steps: 1_000_000 } });
    expect([runs, byRuns.runs, byRuns.isSmallest]).toEqual([5, 5, false]);
    expect(byRuns.plan.buyers.length + byRuns.plan.faults.length).toBeLessThan(plan.buyers.length + plan.faults.length);

    const bySteps = await shrinkPlan(plan, 'it', { run, limits: { runs: 1_000, steps: 250 } });
    expect([bySteps.runs, bySteps.steps, bySteps.isSmallest]).toEqual([3, 300, false]);
  });

  it('has nothing where everything breaks it', async () => {
    const { plan } = await shrunk(planOf(11, parts), () => true);

    expect(plan).toMatchObject({ faults: [], buyers: [], operators: [], stock: [1], partitions: 1, safetyMs: 100 });
    expect(plan.processes.length).toBeLessThanOrEqual(2);
  });
});
