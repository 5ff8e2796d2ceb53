import { expect, it } from 'vitest';
import { composeSimulation } from '../../../../src/compose-simulation.ts';
import type { FaultPlan } from '../../../../src/toolkit/simulate/plan/plan.ts';
import { planOf, runSealed } from '../../../../src/toolkit/simulate/seeds/run-seed.ts';
import type { Plant } from '../../../../src/toolkit/simulate/world/simulated-process.ts';
import { bug } from '../../../planted/simulator/rows-aged-by-the-ledgers-clock.ts';

const parts = composeSimulation();
const seeds = 300;
/** Longer than any server's lease in these worlds. */
const jumpMs = 30_000;
/** By then somebody makes the lost gate anew. */
const whileRebuiltMs = 250;

/**
 * The kinds of promises that break where the database's clock goes forward while a gate is made anew, in worlds in which a server
 * is cut off and stays with the old one.
 */
async function brokenWith(plant: Plant | null): Promise<readonly string[]> {
  const broken: string[] = [];
  for (let seed = 1; seed <= seeds; seed += 1) {
    const plan = planOf(seed, parts);
    const lost = plan.faults.find(({ kind }) => kind === 'gate_failover');
    if (lost === undefined || plan.stories?.includes('cut_off') !== true) continue;
    const jump: FaultPlan = { atMs: lost.atMs + whileRebuiltMs, kind: 'ledger_clock_jump', ms: jumpMs };
    const { broken: promise } = await runSealed({ ...plan, faults: [...plan.faults, jump] }, { parts, plant });
    broken.push(promise?.kind ?? 'none');
  }
  return broken;
}

it('a database clock that goes forward by a lease while a gate is made anew breaks no promise (C4)', async () => {
  const broken = await brokenWith(null);

  expect(broken.length).toBeGreaterThan(5);
  expect(new Set(broken)).toEqual(new Set(['none']));
});

it('it would where rebuilds believed it', async () => {
  expect(new Set(await brokenWith(bug.plant ?? null))).toEqual(new Set(['none', 'heard_late_order']));
});
