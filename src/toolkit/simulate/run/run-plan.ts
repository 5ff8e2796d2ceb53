import type { Heard } from '../actors/heard.ts';
import { oversoldAtGateNow, oversoldNow } from '../check/broken-at-once.ts';
import { brokenBecause, brokenBy } from '../check/broken-promise.ts';
import { judgeWorld } from '../check/judge-world.ts';
import { unrest } from '../check/unrest.ts';
import type { WorldPlan } from '../plan/plan.ts';
import type { Plant } from '../world/simulated-process.ts';
import { noTrace, type Trace } from '../world/trace.ts';
import { createWorld, type World } from '../world/world.ts';
import type { WorldParts } from '../world/world-parts.ts';
import { askAgain } from './ask-again.ts';
import { openSale } from './open-sale.ts';
import { RunNotes } from './run-notes.ts';
import { scheduleFaults } from './schedule-faults.ts';
import { sendActors } from './send-actors.ts';
import { untilRest, untilServersKnow } from './until-rest.ts';

/** What became of one world. */
export interface RunResult {
  /** The first promise that was broken, and when; null in a sound world. */
  readonly broken: RunNotes['broken'];
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

/** Runs one world from its first epoch until it has come to rest, and says whether it kept every promise. */
export async function runPlan(
  plan: WorldPlan,
  use: { readonly parts: WorldParts; readonly trace?: Trace; readonly plant?: Plant | null },
): Promise<RunResult> {
  const world = createWorld(plan, {
    parts: use.parts,
    trace: use.trace ?? noTrace,
    plant: use.plant ?? null,
    async afterChange(changed, where) {
      if (notes.isBroken()) return;
      const found = await (where === 'ledger' ? oversoldNow(changed) : oversoldAtGateNow(changed));
      if (found) notes.find(brokenBy(found));
    },
  });
  const notes = new RunNotes(world);
  await openSale(world);
  if ((await unrest(world)) !== null) {
    notes.find(brokenBecause('liveness', 'the sale did not open in a world without faults', 'never_opened'));
    return resultOf(world, notes, 0);
  }
  const openedMs = world.services.scheduler.nowMs;
  await liveThrough(world, notes);
  return resultOf(world, notes, openedMs);
}

/** The crowd and the faults, then a mended world that has to come to rest and is judged. Ends at the first broken promise. */
async function liveThrough(world: World, notes: RunNotes): Promise<void> {
  const { scheduler } = world.services;
  const { isBroken } = notes;
  const beganMs = scheduler.nowMs;
  const actors = sendActors(world, notes);
  for (const story of world.plan.stories ?? []) notes.reach(`story ${story}`);
  const faults = scheduleFaults(world, (what) => notes.reach(what));
  const nothingToCome = () => actors.atWork === 0 && scheduler.nowMs >= faults.endMs;
  await scheduler.run(beganMs + world.plan.safetyMs, () => isBroken() || nothingToCome());
  if (isBroken()) return;
  faults.mend();
  const why = await untilRest(world, { isBroken, isAnswered: () => actors.atWork === 0 });
  if (why !== null) notes.find(brokenBecause('liveness', `the world does not come to rest: ${why}`, 'no_rest'));
  if (isBroken()) return;
  await untilServersKnow(world, isBroken);
  await askAgain(world, notes);
  if (isBroken()) return;
  const [first] = await judgeWorld(world, notes);
  if (first) notes.find(first);
}

function resultOf(world: World, { broken, heard, reached }: RunNotes, openedMs: number): RunResult {
  const { scheduler, network } = world.services;
  return {
    ...{ broken, digest: scheduler.digest(), steps: scheduler.steps, virtualMs: scheduler.nowMs, openedMs, heard },
    reached: {
      ...reached,
      ...Object.fromEntries([...network.met].map(([kind, n]) => [`call ${kind}`, n])),
      ...Object.fromEntries([...world.counts].map(([what, n]) => [`flow ${what}`, n])),
    },
  };
}
