import type { Client } from '../actors/ask-server.ts';
import { buy } from '../actors/buyer.ts';
import type { Listener } from '../actors/heard.ts';
import { operate } from '../actors/operator.ts';
import { createActor } from '../world/actor.ts';
import type { World } from '../world/world.ts';

const operatorStream = 61;
/**
 * Buyers have streams of their own, far above those of any world's processes: who leaves a crowd changes no delay of who stays,
 * and a world can be made smaller without becoming another one.
 */
const buyerStreams = { from: 2 ** 52, each: 2 ** 10 } as const;

/** Starts all buyers and operators of the plan; their moments count from now. Gives back how many have not ended yet. */
export function sendActors(world: World, listener: Listener): { readonly atWork: number } {
  const { plan } = world;
  const { scheduler, parts, escaped } = world.services;
  const sleep = (ms: number) => new Promise<void>((resolve) => scheduler.at(scheduler.nowMs + ms, resolve));
  const underWay = { atWork: plan.buyers.length + plan.operators.length };
  const watched = (journey: Promise<void>): void => {
    journey.catch(escaped).finally(() => {
      underWay.atWork -= 1;
    });
  };
  const crowd = createActor('buyers', scheduler);
  for (const buyer of plan.buyers) {
    const chance = parts.chance(buyerStreams.from + plan.seed * buyerStreams.each + buyer.nth);
    watched(buy(buyer, { world, client: { actor: crowd, chance }, listener, sleep }));
  }
  const office: Client = {
    actor: createActor('operators', scheduler),
    chance: parts.chance(plan.seed * 64 + operatorStream),
  };
  for (const each of plan.operators) watched(operate(each, { world, client: office, sleep }));
  return underWay;
}
