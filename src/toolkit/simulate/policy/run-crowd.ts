import type { OrderId } from '../../../engine/domain/ids.ts';
import type { OrderState } from '../../../engine/domain/order.ts';
import { planArrivals } from '../../load/arrival-schedule.ts';
import { planArrival } from '../../load/buyer-plan.ts';
import { loadDefaults } from '../../load/scenario.ts';
import { chanceAt } from '../../load/seeded-chance.ts';
import type { Client } from '../actors/ask-server.ts';
import { type BrokenPromise, brokenBecause } from '../check/broken-promise.ts';
import { judgeWorld } from '../check/judge-world.ts';
import { unrest } from '../check/unrest.ts';
import { openSale } from '../run/open-sale.ts';
import { seal } from '../seeds/seal.ts';
import { createActor } from '../world/actor.ts';
import { noTrace } from '../world/trace.ts';
import { createWorld, saleId, type World } from '../world/world.ts';
import type { WorldParts } from '../world/world-parts.ts';
import { CrowdBook } from './crowd-book.ts';
import { travel } from './crowd-buyer.ts';
import { crowdServers } from './crowd-servers.ts';
import { crowdWorld } from './crowd-world.ts';
import type { Policy, Variant } from './policy.ts';

/** One sale to one crowd, once it is over. */
export interface CrowdRun {
  readonly book: CrowdBook;
  /** What the ledger says of every order, in the end. */
  readonly states: ReadonlyMap<OrderId, OrderState>;
  /** Whether the hard stop came before the sale was at rest: what was under way then is not known. */
  readonly isCutOff: boolean;
  readonly broken: BrokenPromise | null;
  readonly steps: number;
}

/** Of the world's streams (world.ts, send-actors.ts) and of chanceAt (load), those that nobody else has. */
const clientStream = 62;
const journeyStream = 40;
/** More than one journey ever draws: three tries a second for an hour. */
const drawsOfAJourney = 16_384;
/** Between two looks whether all is over. */
const lookMs = 500;

/** Runs the crowd of a seed through one variant, sealed off from the machine's own time and chance. The same for the same. */
export async function runCrowd(policy: Policy, variant: Variant, seed: number, parts: WorldParts): Promise<CrowdRun> {
  const unseal = seal();
  try {
    return await inSealedWorld(policy, variant, seed, parts);
  } finally {
    unseal();
  }
}

async function inSealedWorld(policy: Policy, variant: Variant, seed: number, parts: WorldParts): Promise<CrowdRun> {
  const plan = crowdWorld(policy, variant, seed);
  const world = createWorld(plan, { parts, trace: noTrace, plant: null, afterChange: () => Promise.resolve() });
  const { scheduler } = world.services;
  const book = new CrowdBook();
  await openSale(world, (nth) => variant.limits[nth] ?? plan.limitPerUser);
  if ((await unrest(world)) !== null) return { ...over(world, book, new Map()), isCutOff: true, broken: neverOpened };

  const beganMs = scheduler.nowMs;
  const client: Client = {
    actor: createActor('crowd', scheduler),
    chance: parts.chance(seed * 64 + clientStream),
  };
  const underWay = sendCrowd(world, client, { policy, variant, seed, book, beganMs });

  const stopMs = beganMs + policy.hardStopSeconds * 1_000;
  const isOver = async () =>
    underWay.journeys === 0 && (await unrest(world)) === null && (await heldUnits(world)) === 0;
  let atRest = await isOver();
  while (!atRest && scheduler.nowMs < stopMs) {
    await scheduler.run(Math.min(stopMs, scheduler.nowMs + lookMs));
    atRest = await isOver();
  }
  const [first] = atRest ? await judgeWorld(world, { heard: [], ends: [] }) : [];
  return { ...over(world, book, await statesIn(world)), isCutOff: !atRest, broken: first ?? escapedFrom(world) };
}

/** Every arrival of the plan, at its moment; gives back how many journeys are under way or still to come. */
function sendCrowd(
  world: World,
  client: Client,
  of: {
    readonly policy: Policy;
    readonly variant: Variant;
    readonly seed: number;
    readonly book: CrowdBook;
    readonly beganMs: number;
  },
): { readonly journeys: number } {
  const { policy, seed, book, beganMs } = of;
  const { retryAfterSeconds } = of.variant;
  const { scheduler, escaped } = world.services;
  const crowd = { ...policy.crowd, sale: { ...policy.crowd.sale, products: limited(of.policy, of.variant) } };
  const underWay = { journeys: 0 };
  const servers = crowdServers(world, {
    ...{ client, policy, retryAfterSeconds },
    onRequest: () => {
      book.requests += 1;
    },
  });
  let nth = 0;
  for (const [arrival, atMs] of planArrivals(crowd.arrivals, seed).entries()) {
    const { behaviour, orders } = planArrival(crowd, seed, 'crowd', arrival);
    for (const order of orders) {
      const first = nth * drawsOfAJourney;
      let drawn = 0;
      nth += 1;
      underWay.journeys += 1;
      const chance = () => chanceAt(seed, journeyStream, first + drawn++);
      scheduler.at(beganMs + atMs, () => {
        book.arrived(order.userId, atMs);
        travel(
          { order, behaviour },
          {
            ...{ servers, book, policy, retryAfterSeconds, chance },
            habits: crowd.buyers.habits ?? loadDefaults.habits,
            elapsedMs: () => scheduler.nowMs - beganMs,
            sleep: (ms) =>
              ms <= 0 ? Promise.resolve() : new Promise((wake) => scheduler.at(scheduler.nowMs + ms, wake)),
          },
        )
          .catch(escaped)
          .finally(() => {
            underWay.journeys -= 1;
          });
      });
    }
  }
  return underWay;
}

/** Buyers who order all that a limit allows know the limit of their variant. */
function limited({ crowd }: Policy, { limits }: Variant): Policy['crowd']['sale']['products'] {
  return crowd.sale.products.map((product, nth) => ({ ...product, limitPerUser: limits[nth] ?? null }));
}

async function heldUnits(world: World): Promise<number> {
  return (await world.services.ledger.totals(saleId)).reduce((sum, { held }) => sum + held, 0);
}

async function statesIn(world: World): Promise<ReadonlyMap<OrderId, OrderState>> {
  const states = new Map<OrderId, OrderState>();
  for await (const page of world.services.ledger.scan(null, 1_000))
    for (const { orderId, state } of page) states.set(orderId, state);
  return states;
}

function over(world: World, book: CrowdBook, states: CrowdRun['states']): Pick<CrowdRun, 'book' | 'states' | 'steps'> {
  return { book, states, steps: world.services.scheduler.steps };
}

const neverOpened = brokenBecause('liveness', 'the sale did not open in a world without faults', 'never_opened');

function escapedFrom(world: World): BrokenPromise | null {
  const [error] = world.escaped;
  return error === undefined ? null : brokenBecause('liveness', `an error that no flow handles: ${error}`);
}
