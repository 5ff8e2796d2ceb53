import type { Chance } from '../world/world-parts.ts';
import { crowdMs, drawBuyer, drawOperators } from './draw-actors.ts';
import { allFaults, drawFaults } from './draw-faults.ts';
import { drawProcesses } from './draw-processes.ts';
import { drawStory } from './draw-story.ts';
import { behaviours, type WorldPlan } from './plan.ts';

/** The small world of a seed: 100 buyers and 20 units, and every fault possible. */
export interface WorldSize {
  readonly buyers: number;
  readonly units: number;
}
export const smallWorld: WorldSize = { buyers: 100, units: 20 };

const maxFaults = 10;
/** Beside a story: more would drown it. */
const maxBesideStory = 4;
/** Most sales are over in half a second; with so much more there is something left to lose when things go wrong later. */
const plenty = 4;

/**
 * Draws a world from its seed by swarm testing (Groce and others, ISSTA 2012): each run switches a random subset of what can
 * happen on, so that rare combinations are not drowned by common ones, and each of them off in many runs.
 */
export function drawPlan(seed: number, chance: Chance, size: WorldSize = smallWorld): WorldPlan {
  const among = <Value>(...values: readonly [Value, ...Value[]]): Value =>
    values[chance.between(0, values.length - 1)] ?? values[0];
  const processes = drawProcesses(chance, among);
  const products = among(1, 1, 2, 3);
  const confirmation = among('on_record', 'on_record', 'explicit');
  const able = swarm(
    chance,
    behaviours.filter((each) => each !== 'confirms' || confirmation === 'explicit'),
    50,
  );
  const kinds = swarm(chance, allFaults, 25);
  const scarce = drawStock(size.units, products);
  const serverLeaseMs = among(1_000, 2_000, 3_000);
  const appendDeadlineMs = among(400, 1_500, 1_500);
  const story = drawStory({
    processes,
    units: scarce[0] ?? 1,
    waitMs: serverLeaseMs + appendDeadlineMs,
    chance,
    among,
  });
  const isRich = story ? story.stock === 'plenty' : among(false, false, false, true);
  const admissionRate = among(null, null, null, 20, 60);
  // a short one ends in the middle of the crowd: whoever is late meets the mended world
  const safetyMs = story ? 5_000 : among(1_500, 1_500, 1_500, 3_000, 3_000, 5_000);
  return {
    seed,
    confirmation,
    holdSeconds: among(1, 2, 4),
    admissionRate,
    limitPerUser: among(1, 2, 4),
    stock: isRich ? drawStock(size.units * plenty, products) : scarce,
    partitions: among(1, 2, 4),
    placing: among('by_append', 'by_order'),
    serverLeaseMs,
    appendDeadlineMs,
    maxWaitingOrders: among(1_000, 1_000, 8),
    processes,
    buyers: Array.from({ length: size.buyers }, (_, nth) =>
      drawBuyer(nth, story ? safetyMs : crowdMs, products, able, chance, among),
    ),
    operators: [
      ...(story?.operators ?? []),
      ...(chance.between(0, 2) > 0 ? [] : drawOperators(products, admissionRate !== null, chance, among)),
    ],
    faults: [
      ...(story?.faults ?? []),
      ...drawFaults(kinds, story ? maxBesideStory : maxFaults, safetyMs, processes, chance, among),
    ].toSorted((a, b) => a.atMs - b.atMs),
    ...(story ? { stories: [story.kind] } : {}),
    safetyMs,
  };
}

function drawStock(units: number, products: number): readonly number[] {
  return Array.from({ length: products }, () => Math.max(1, Math.round(units / products)));
}

/** Each of them with so much of 100; where none was drawn, none. */
function swarm<Value>(chance: Chance, all: readonly Value[], percent: number): readonly Value[] {
  return all.filter(() => chance.between(1, 100) <= percent);
}
