import { describe, expect, it } from 'vitest';
import { planArrival } from '../../../../src/toolkit/load/buyer-plan.ts';
import { loadDefaults } from '../../../../src/toolkit/load/scenario.ts';
import { type Behaviour, behaviours } from '../../../../src/toolkit/load/scenario-schema.ts';
import { aScenario } from './a-scenario.ts';

const price = { minor: 100n, currency: 'EUR' };
const twoProducts = {
  saleId: null,
  products: [
    { productId: 'ticket', quantity: 10, limitPerUser: 3, price },
    { productId: 'poster', quantity: 10, limitPerUser: null, price },
  ],
  admissionRate: null,
  confirmation: 'on_record' as const,
};

describe('the plan of a buyer', () => {
  it('is the same for the same seed and another for another', () => {
    const scenario = aScenario({
      sale: twoProducts,
      buyers: { count: 50, behaviours: { plain: 1, retry: 1, 'several-lines': 1 } },
    });
    const plan = (seed: number) => Array.from({ length: 50 }, (_, n) => planArrival(scenario, seed, 'c', n));

    expect(plan(1)).toEqual(plan(1));
    expect(plan(1)).not.toEqual(plan(2));
  });

  it('gives each behaviour its share by weight', () => {
    const weights: Partial<Record<Behaviour, number>> = {
      ...{ plain: 5, 'double-click': 2, 'over-limit': 1, retry: 1, 'several-lines': 1 },
    };
    const scenario = aScenario({ sale: twoProducts, buyers: { count: 10_000, behaviours: weights } });

    const seen = new Map<string, number>();
    for (let n = 0; n < 10_000; n += 1) {
      const { behaviour } = planArrival(scenario, 3, 'c', n);
      seen.set(behaviour, (seen.get(behaviour) ?? 0) + 1);
    }

    for (const behaviour of behaviours) {
      expect(Math.abs((seen.get(behaviour) ?? 0) / 10_000 - (weights[behaviour] ?? 0) / 10)).toBeLessThan(0.02);
    }
  });

  it('lets a buyer who comes again behave as before, with a new key', () => {
    const scenario = aScenario({ buyers: { count: 10, behaviours: { plain: 1, 'double-click': 1 } } });

    const first = planArrival(scenario, 1, 'c', 4);
    const again = planArrival(scenario, 1, 'c', 14);

    expect(again.behaviour).toBe(first.behaviour);
    expect(again.orders[0]?.userId).toBe(first.orders[0]?.userId);
    expect(again.orders[0]?.key).not.toBe(first.orders[0]?.key);
  });

  it('orders one unit beyond the limit of a product that has one', () => {
    const scenario = aScenario({ sale: twoProducts, buyers: { count: 10, behaviours: { 'over-limit': 1 } } });

    const { orders } = planArrival(scenario, 1, 'c', 0);

    expect(orders.map((order) => order.lines)).toEqual([
      [{ productId: 'ticket', quantity: 3 }],
      [{ productId: 'ticket', quantity: 1 }],
    ]);
    expect(new Set(orders.map((order) => order.key)).size).toBe(2);
  });

  it('orders two different products in two lines', () => {
    const scenario = aScenario({ sale: twoProducts, buyers: { count: 10, behaviours: { 'several-lines': 1 } } });

    for (let n = 0; n < 10; n += 1) {
      const lines = planArrival(scenario, 1, 'c', n).orders[0]?.lines ?? [];
      expect(lines.map((line) => line.productId).sort()).toEqual(['poster', 'ticket']);
    }
  });

  it('keeps the crowds of two runs apart', () => {
    const one = planArrival(aScenario(), 1, 'one', 0).orders[0];
    const two = planArrival(aScenario(), 1, 'two', 0).orders[0];

    expect(one?.userId).not.toBe(two?.userId);
    expect(one?.key).not.toBe(two?.key);
  });

  it('plays several accounts of one address where it is a bot, and gives everybody else one of their own', () => {
    const habits = { ...loadDefaults.habits, bots: { ...loadDefaults.habits.bots, addresses: 2, accounts: 3 } };
    const scenario = aScenario({ buyers: { count: 400, behaviours: { plain: 1, bot: 1 }, habits } });

    const plans = Array.from({ length: 400 }, (_, n) => planArrival(scenario, 1, 'c', n));
    const bots = plans.filter(({ behaviour }) => behaviour === 'bot');
    const addresses = (of: typeof plans) => new Set(of.flatMap(({ orders }) => orders.map(({ address }) => address)));

    for (const { orders } of bots) {
      expect(new Set(orders.map(({ userId }) => userId)).size).toBe(3);
      expect(new Set(orders.map(({ key }) => key)).size).toBe(3);
      expect(addresses([{ behaviour: 'bot', orders }]).size).toBe(1);
    }
    expect([...addresses(bots)].sort()).toEqual(['198.51.100.1', '198.51.100.2']);
    expect(addresses(plans.filter(({ behaviour }) => behaviour === 'plain')).size).toBe(400 - bots.length);
  });

  it('names no address where no bots come', () => {
    expect(planArrival(aScenario(), 1, 'c', 0).orders[0]).not.toHaveProperty('address');
  });
});
