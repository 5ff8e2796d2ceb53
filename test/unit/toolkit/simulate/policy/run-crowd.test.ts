import { describe, expect, it } from 'vitest';
import { composeSimulation } from '../../../../../src/compose-simulation.ts';
import { measureRun } from '../../../../../src/toolkit/simulate/policy/measure-run.ts';
import type { Policy, Variant } from '../../../../../src/toolkit/simulate/policy/policy.ts';
import { runCrowd } from '../../../../../src/toolkit/simulate/policy/run-crowd.ts';
import { aCrowd, aPolicy, aVariant } from './a-policy.ts';

const parts = composeSimulation();

async function sell(policy: Partial<Policy> = {}, variant: Partial<Variant> = {}, seed = 1) {
  const [whole, one] = [aPolicy(policy), aVariant(variant)];
  const run = await runCrowd(whole, one, seed, parts);
  expect(run.broken).toBeNull();
  const stock = one.stock.reduce((sum, units) => sum + units, 0);
  return { run, ...measureRun(run, { stock, hardStopSeconds: whole.hardStopSeconds }) };
}

describe('a crowd without faults', () => {
  it('buys the whole stock in the order of its coming, and hears so within milliseconds', async () => {
    const { measured, isCutOff } = await sell();

    expect(isCutOff).toBe(false);
    expect(measured).toMatchObject({ unitsSold: 1, unanswered: 0, requestsPerBuyer: 1, paidTooLate: null });
    expect(measured.firstCome).toBeGreaterThan(0.97);
    expect(measured.yesP95Seconds).toBeLessThan(0.05);
  });

  it('is the same for the same seed, to the last wait, and another for another', async () => {
    const [once, again, other] = [await sell(), await sell(), await sell({}, {}, 2)];

    expect(again.run.steps).toBe(once.run.steps);
    expect([...again.run.book.buyers]).toEqual([...once.run.book.buyers]);
    expect([...other.run.book.buyers]).not.toEqual([...once.run.book.buyers]);
  });

  it('comes at the same moments whatever the variant', async () => {
    const arrivals = async (variant: Partial<Variant>) =>
      [...(await sell({}, variant)).run.book.buyers.values()].map(({ arrivedMs }) => arrivedMs);

    expect(await arrivals({ admissionRate: 10 })).toEqual(await arrivals({}));
  });

  it('waits in the room where it is admitted slowly, and asks more often meanwhile', async () => {
    const [at10, at5] = [await sell({}, { admissionRate: 10 }), await sell({}, { admissionRate: 5 })];

    expect(at10.measured.sellOutSeconds).toBeGreaterThan(1.5);
    expect(at5.measured.sellOutSeconds).toBeGreaterThan(1.6 * (at10.measured.sellOutSeconds ?? 0));
    expect(at5.measured.requestsPerBuyer).toBeGreaterThan(at10.measured.requestsPerBuyer ?? 0);
    expect(at10.measured).toMatchObject({ unitsSold: 1, unanswered: 0 });
  });

  it('hears nothing but overloaded and silence from servers that are far too slow', async () => {
    const plain = { ...aCrowd, buyers: { count: 100, behaviours: { plain: 1 } } };
    const { measured } = await sell({ crowd: plain, servers: { count: 1, serviceMs: 100, maxWaiting: 5 } });

    expect(measured.unanswered).toBeGreaterThan(0.7);
    expect(measured.unanswered).toBeLessThan(1);
  });
});

describe('buyers who have to pay', () => {
  const confirm = { share: 1, fromSeconds: 2, toSeconds: 6 };
  const crowd = { ...aCrowd, sale: { ...aCrowd.sale, confirmation: 'explicit' as const } };

  it('pay in time where the hold is longer than they take', async () => {
    const { measured } = await sell({ crowd, confirm }, { holdSeconds: 20 });

    expect(measured).toMatchObject({ unitsSold: 1, paidTooLate: 0 });
  });

  it('pay too late where it is shorter, and their units come back', async () => {
    const { measured, run } = await sell({ crowd, confirm }, { holdSeconds: 4 });

    expect(measured.paidTooLate).toBeGreaterThan(0.2);
    expect(measured.paidTooLate).toBeLessThan(0.8);
    expect(measured.unitsSold).toBeLessThan(1);
    expect(new Set(run.states.values())).toEqual(new Set(['confirmed', 'expired']));
  });

  it('leave units for those who look again', async () => {
    const policy = { crowd, confirm, comeBack: { share: 1, times: 10 } };
    const { measured } = await sell(policy, { holdSeconds: 4, retryAfterSeconds: 2 });
    const without = await sell({ crowd, confirm }, { holdSeconds: 4 });

    expect(measured.unitsSold).toBeGreaterThan(without.measured.unitsSold ?? 1);
    expect(measured.requestsPerBuyer).toBeGreaterThan(without.measured.requestsPerBuyer ?? 0);
  });
});

describe('terms of a variant', () => {
  it('has more units, of each product as many as it says', async () => {
    const { measured, run } = await sell({}, { stock: [40] });

    expect(measured.unitsSold).toBe(1);
    expect(run.book.accepted.size).toBe(40);
  });

  it('holds buyers to its limit', async () => {
    const greedy = { ...aCrowd, buyers: { count: 100, behaviours: { 'over-limit': 1 } } };
    const { run } = await sell({ crowd: greedy }, { limits: [3], stock: [1_000] });

    // one order of the whole limit and one of a unit more, of which only the first or only the second may be
    expect(Math.max(...[...run.book.accepted.values()].map(({ units }) => units))).toBe(3);
  });

  it('is cut off where the hard stop comes first, and says so', async () => {
    const { isCutOff } = await sell({ hardStopSeconds: 1 }, { admissionRate: 5 });

    expect(isCutOff).toBe(true);
  });
});
