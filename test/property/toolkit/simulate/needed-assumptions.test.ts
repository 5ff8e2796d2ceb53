import { expect, it } from 'vitest';
import { composeSimulation } from '../../../../src/compose-simulation.ts';
import type { FaultPlan, WorldPlan } from '../../../../src/toolkit/simulate/plan/plan.ts';
import { planOf, runSealed } from '../../../../src/toolkit/simulate/seeds/run-seed.ts';

const parts = composeSimulation();
const seeds = 300;
/** Longer than any server's lease in these worlds. */
const jumpMs = 30_000;
/** By then somebody makes the lost gate anew. */
const whileRebuiltMs = 250;

/** The kinds of promises that break in the chosen worlds once the database's clock goes forward while a gate is made anew. */
async function brokenBy(isChosen: (plan: WorldPlan) => boolean): Promise<readonly string[]> {
  const broken: string[] = [];
  for (let seed = 1; seed <= seeds; seed += 1) {
    const plan = planOf(seed, parts);
    const lost = plan.faults.find(({ kind }) => kind === 'gate_failover' || kind === 'gate_lose');
    if (lost === undefined || plan.stories === undefined || !isChosen(plan)) continue;
    const jump: FaultPlan = { atMs: lost.atMs + whileRebuiltMs, kind: 'ledger_clock_jump', ms: jumpMs };
    const { broken: promise } = await runSealed({ ...plan, faults: [...plan.faults, jump] }, { parts });
    broken.push(promise?.kind ?? 'none');
  }
  return broken;
}

const someStay = ({ faults }: WorldPlan) => faults.some((fault) => 'stay' in fault && fault.stay.length > 0);

it('a database clock that goes forward by a lease breaks a promise only where a server stays with an old gate (C4)', async () => {
  const withOldGate = await brokenBy(({ stories }) => stories?.includes('cut_off') === true);
  const withoutOne = await brokenBy((plan) => !someStay(plan));

  expect(new Set(withOldGate)).toEqual(new Set(['none', 'heard_late_order']));
  expect(withoutOne.length).toBeGreaterThan(5);
  expect(new Set(withoutOne)).toEqual(new Set(['none']));
});
