import type { IdempotencyKey, UserId } from '../../engine/domain/ids.ts';
import type { Client } from './actors/ask-server.ts';
import { buy } from './actors/buyer.ts';
import type { Heard, HeardEnd } from './actors/heard.ts';
import { operate } from './actors/operator.ts';
import { oversoldAtGateNow, oversoldNow } from './check/broken-at-once.ts';
import { type BrokenPromise, brokenBecause, brokenBy } from './check/broken-promise.ts';
import { heardTooEarly } from './check/heard-too-early.ts';
import { judgeWorld } from './check/judge-world.ts';
import { unrest } from './check/unrest.ts';
import { faultText } from './plan/fault-text.ts';
import type { FaultPlan, WorldPlan } from './plan/plan.ts';
import { createActor } from './world/actor.ts';
import { injectFault } from './world/inject-fault.ts';
import type { Plant } from './world/simulated-process.ts';
import { noTrace, type Trace } from './world/trace.ts';
import { createWorld, orderIdSecret, productName, saleId, type World } from './world/world.ts';
import type { WorldParts } from './world/world-parts.ts';

/** What became of one world. */
export interface RunResult {
  /** The first promise that was broken, and when; null in a sound world. */
  readonly broken: (BrokenPromise & { readonly atMs: number }) | null;
  /** Two runs of one plan end with the same. */
  readonly digest: number;
  readonly steps: number;
  readonly virtualMs: number;
  /** When the sale had opened: moments of the plan count from here. 0 where it never did. */
  readonly openedMs: number;
  /** How often what happened: faults by kind, outcomes by kind, what the flows counted. */
  readonly reached: Readonly<Record<string, number>>;
  readonly heard: readonly Heard[];
}

/**
 * Above the server's lease, the append deadline, the controller's lease, the relay and the hold's deadline together, several
 * times over: what has not come to rest by then never does.
 */
const livenessMs = 60_000;
/** Between two looks whether a world has come to rest. */
const lookMs = 250;
/** The sale is set up without faults: whoever cannot even do that has another defect. */
const setUpMs = 10_000;
/** Two renewals: by then every server that can hear of an epoch or a configuration has heard of it. */
const hearingMs = 1_100;
const stream = { operators: 61 } as const;
/**
 * Buyers have streams of their own, far above those of any world's processes: who leaves a crowd changes no delay of who stays,
 * and a world can be made smaller without becoming another one.
 */
const buyerStreams = { from: 2 ** 52, each: 2 ** 10 } as const;

/** Runs one world from its first epoch until it has come to rest, and says whether it kept every promise. */
export async function runPlan(
  plan: WorldPlan,
  use: { readonly parts: WorldParts; readonly trace?: Trace; readonly plant?: Plant | null },
): Promise<RunResult> {
  const trace = use.trace ?? noTrace;
  let broken: (BrokenPromise & { readonly atMs: number }) | null = null;
  const isBroken = () => broken !== null;
  const world = createWorld(plan, {
    parts: use.parts,
    trace,
    plant: use.plant ?? null,
    async afterChange(changed, where) {
      if (broken !== null) return;
      const found = await (where === 'ledger' ? oversoldNow(changed) : oversoldAtGateNow(changed));
      if (found) find(brokenBy(found));
    },
  });
  const { scheduler } = world.services;

  function find(promise: BrokenPromise): void {
    if (broken !== null) return;
    broken = { ...promise, atMs: scheduler.nowMs };
    trace.add({ atMs: scheduler.nowMs, kind: 'finding', from: 'world', to: 'world', text: promise.text });
  }

  const reached: Record<string, number> = {};
  const reach = (what: string, n = 1) => {
    reached[what] = (reached[what] ?? 0) + n;
  };
  const heard = listening(world, reach, find);
  let openedMs = 0;
  const ends: HeardEnd[] = [];
  const result = (): RunResult => ({
    ...{ broken, digest: scheduler.digest, steps: scheduler.steps, virtualMs: scheduler.nowMs, openedMs, heard },
    reached: {
      ...reached,
      ...Object.fromEntries([...world.services.network.met].map(([kind, n]) => [`call ${kind}`, n])),
      ...Object.fromEntries([...world.counts].map(([what, n]) => [`flow ${what}`, n])),
    },
  });

  await openSale(world);
  if ((await unrest(world)) !== null) {
    find(brokenBecause('liveness', 'the sale did not open in a world without faults', 'never_opened'));
    return result();
  }

  const beganMs = scheduler.nowMs;
  openedMs = beganMs;
  const sleep = (ms: number) => new Promise<void>((resolve) => scheduler.at(scheduler.nowMs + ms, resolve));
  const buyers = createActor('buyers', scheduler);
  const office: Client = {
    actor: createActor('operators', scheduler),
    chance: use.parts.chance(plan.seed * 64 + stream.operators),
  };
  let atWork = plan.buyers.length + plan.operators.length;
  const done = () => {
    atWork -= 1;
  };
  for (const buyer of plan.buyers) {
    const chance = use.parts.chance(buyerStreams.from + plan.seed * buyerStreams.each + buyer.nth);
    buy(buyer, { world, client: { actor: buyers, chance }, heard, ends, sleep })
      .catch(world.services.escaped)
      .finally(done);
  }
  for (const each of plan.operators)
    operate(each, { world, client: office, sleep }).catch(world.services.escaped).finally(done);
  for (const story of plan.stories ?? []) reach(`story ${story}`);
  const mend = planFaults(world, plan.faults, beganMs, trace, reach);

  const faultsEndMs =
    beganMs + Math.max(0, ...plan.faults.map((fault) => fault.atMs + ('forMs' in fault ? fault.forMs : 0)));
  const nothingToCome = () => atWork === 0 && scheduler.nowMs >= faultsEndMs;
  await scheduler.run(beganMs + plan.safetyMs, () => isBroken() || nothingToCome());
  if (isBroken()) return result();
  mend();
  const why = await untilRest(world, () => atWork === 0, isBroken);
  if (why !== null) find(brokenBecause('liveness', `the world does not come to rest: ${why}`, 'no_rest'));
  if (isBroken()) return result();
  await untilServersKnow(world, isBroken);
  await askAgain(world, heard, find, isBroken);
  if (isBroken()) return result();
  const [first] = await judgeWorld(world, { heard, ends });
  if (first) find(first);
  return result();
}

/** A list of what was heard that looks at each yes in the moment when it is heard. */
function listening(world: World, reach: (what: string) => void, find: (promise: BrokenPromise) => void): Heard[] {
  const heard: Heard[] = [];
  heard.push = (...more: Heard[]) => {
    for (const each of more) {
      heard[heard.length] = each;
      reach(`heard ${each.outcome.kind}`);
      if (each.outcome.kind !== 'accepted' && each.outcome.kind !== 'duplicate') continue;
      const early = heardTooEarly(world, each.outcome.orderId);
      if (early) find(early);
    }
    return heard.length;
  };
  return heard;
}

/** Sets the sale up and waits until every server knows it. `limitOf` a product: of all the same where left out. */
export async function openSale(
  world: World,
  limitOf: (nth: number) => number = () => world.plan.limitPerUser,
): Promise<void> {
  const { plan } = world;
  const { ledger } = world.services;
  await ledger.saveSale(
    {
      saleId,
      state: 'open',
      confirmation: plan.confirmation,
      holdSeconds: plan.holdSeconds,
      admissionRate: plan.admissionRate,
      products: plan.stock.map((_, nth) => ({ productId: productName(nth), limitPerUser: limitOf(nth) })),
    },
    { actor: 'simulation', newSecret: orderIdSecret },
  );
  for (const [nth, total] of plan.stock.entries()) {
    const [before] = (await ledger.totals(saleId)).filter(({ productId }) => productId === productName(nth));
    await ledger.setTotal(saleId, productName(nth), total, before?.totalVersion ?? 0, 'simulation');
  }
  await untilRest(
    world,
    () => true,
    () => false,
    setUpMs,
  );
  await untilServersKnow(world, () => false);
}

/** Until every server has heard of the epoch and the configuration that the ledger has now. */
async function untilServersKnow({ processes, services }: World, isBroken: () => boolean): Promise<void> {
  const { scheduler } = services;
  const sinceMs = scheduler.nowMs;
  const isKnown = () => processes.every(({ serves, knowsUntilMs }) => !serves || knowsUntilMs >= sinceMs);
  await scheduler.run(sinceMs + hearingMs, () => isBroken() || isKnown());
}

/** Plans all faults; gives back what ends those that last, and keeps any other from beginning. */
function planFaults(
  world: World,
  faults: readonly FaultPlan[],
  beganMs: number,
  trace: Trace,
  reach: (what: string) => void,
): () => void {
  const { scheduler } = world.services;
  const lasting = new Set<() => void>();
  let isOver = false;
  for (const fault of faults) {
    if (fault.kind === 'gate_failover') {
      scheduler.at(beganMs + fault.atMs - fault.staleMs, () => {
        if (!isOver) world.copyGate();
      });
    }
    scheduler.at(beganMs + fault.atMs, () => {
      if (isOver) return;
      const say = (text: string) =>
        trace.add({ atMs: scheduler.nowMs, kind: 'fault', from: 'world', to: 'world', text });
      say(faultText(fault));
      reach(`fault ${fault.kind}`);
      const end = injectFault(world, fault);
      if (end === null || !('forMs' in fault)) return;
      const once = () => {
        if (!lasting.delete(once)) return;
        say(`over: ${faultText(fault)}`);
        end();
      };
      lasting.add(once);
      scheduler.at(scheduler.nowMs + fault.forMs, once);
    });
  }
  return () => {
    isOver = true;
    for (const once of [...lasting]) once();
  };
}

/** Until nothing is on its way and `isOver`; why not after `limitMs`. */
async function untilRest(
  world: World,
  isOver: () => boolean,
  isBroken: () => boolean,
  limitMs = livenessMs,
): Promise<string | null> {
  const { scheduler } = world.services;
  const deadlineMs = scheduler.nowMs + limitMs;
  for (;;) {
    await scheduler.run(scheduler.nowMs + lookMs, isBroken);
    if (isBroken()) return null;
    const why = isOver() ? await unrest(world) : 'a buyer or an operator still waits for an answer';
    if (why === null || scheduler.nowMs >= deadlineMs) return why;
  }
}

/** Invariant 7: after all of it, every key hears something definite, and whoever heard yes hears of the same order. */
async function askAgain(
  world: World,
  heard: Heard[],
  find: (promise: BrokenPromise) => void,
  isBroken: () => boolean,
): Promise<void> {
  const { scheduler } = world.services;
  const keys = new Map<string, { readonly userId: UserId; readonly key: IdempotencyKey; readonly hadYes: boolean }>();
  for (const { userId, key, outcome } of heard) {
    const hadYes =
      outcome.kind === 'accepted' || outcome.kind === 'duplicate' || keys.get(`${userId} ${key}`)?.hadYes === true;
    keys.set(`${userId} ${key}`, { userId, key, hadYes });
  }
  const server = world.processes.find(({ serves }) => serves);
  if (server === undefined) return;
  const linesOf = new Map(world.plan.buyers.map(({ nth, lines }) => [`user-${nth}`, lines.map(lineOf)]));
  const all = [...keys.values()];
  const asked = [...all.filter(({ hadYes }) => hadYes), ...all.filter(({ hadYes }) => !hadYes).slice(0, othersAsked)];
  for (let from = 0; from < asked.length && !isBroken(); from += world.plan.maxWaitingOrders) {
    const some = asked.slice(from, from + world.plan.maxWaitingOrders);
    let open = some.length;
    for (const { userId, key, hadYes } of some) {
      const order = { saleId, userId, key, lines: linesOf.get(userId) ?? [], pass: null };
      server.engine
        .placeOrder(order)
        .then((outcome) => {
          open -= 1;
          heard.push({ atMs: scheduler.nowMs, server: server.plan.name, userId, key, outcome });
          if ((hadYes ? afterYes : definite).has(outcome.kind)) return;
          const text = `${userId} asked again for ${key}${hadYes ? ', for which he had heard yes,' : ''} and heard ${outcome.kind}`;
          find(brokenBecause('liveness', text, 'asked_again'));
        })
        .catch(world.services.escaped);
    }
    await scheduler.run(scheduler.nowMs + 3_000, () => open === 0 || isBroken());
    if (open > 0) find(brokenBecause('liveness', `${open} keys were asked for again and heard nothing`, 'asked_again'));
  }
  // what was ordered just now is recorded, and ended where its hold is over
  await untilRest(world, () => true, isBroken);
}

function lineOf({ product, quantity }: { readonly product: number; readonly quantity: number }) {
  return { productId: productName(product), quantity };
}

/** Of those who had heard no yes, a few are asked for: they are all answered alike. */
const othersAsked = 8;
const afterYes: ReadonlySet<string> = new Set(['duplicate', 'key_reused']);
const definite: ReadonlySet<string> = new Set([
  ...afterYes,
  ...['accepted', 'sold_out', 'over_limit', 'not_open', 'not_admitted'],
]);
