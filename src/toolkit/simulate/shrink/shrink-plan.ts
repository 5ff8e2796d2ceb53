import type { BrokenPromise } from '../check/broken-promise.ts';
import type { WorldPlan } from '../plan/plan.ts';
import { smallerPlans } from './smaller-plans.ts';

/** What running one plan brought, as far as shrinking is concerned. */
export interface Verdict {
  readonly broken: Pick<BrokenPromise, 'kind'> | null;
  /** What it cost. */
  readonly steps: number;
}

/** Counted, not timed, so that a seed shrinks to the same plan on every machine. */
export interface ShrinkLimits {
  readonly runs: number;
  readonly steps: number;
}

/**
 * Most plans are as small as they get after 100 to 300 runs of small worlds. A step takes about 10 microseconds, so that
 * the second one is half a minute.
 */
export const shrinkLimits: ShrinkLimits = { runs: 1_500, steps: 3_000_000 };

export interface Shrunk {
  readonly plan: WorldPlan;
  readonly runs: number;
  readonly steps: number;
  /** False where a limit ended it: the plan breaks the same promise, and may be larger than it need be. */
  readonly isSmallest: boolean;
}

/** Makes a plan that broke a promise as small as it can be while it breaks the same kind of promise. `run` runs a plan. */
export async function shrinkPlan(
  plan: WorldPlan,
  kind: string,
  use: {
    run(plan: WorldPlan): Promise<Verdict>;
    readonly limits: ShrinkLimits;
    onProgress?(runs: number, smallest: WorldPlan): void;
  },
): Promise<Shrunk> {
  const { limits } = use;
  const known = new Map<string, boolean>();
  let smallest = plan;
  let [runs, steps] = [0, 0];
  const search = smallerPlans(plan);
  let next = search.next();
  while (!next.done) {
    const candidate = next.value;
    const name = JSON.stringify(candidate);
    let isBroken = known.get(name);
    if (isBroken === undefined) {
      if (runs >= limits.runs || steps >= limits.steps) return { plan: smallest, runs, steps, isSmallest: false };
      const verdict = await use.run(candidate);
      isBroken = verdict.broken?.kind === kind;
      known.set(name, isBroken);
      runs += 1;
      steps += verdict.steps;
    }
    if (isBroken) smallest = candidate;
    use.onProgress?.(runs, smallest);
    next = search.next(isBroken);
  }
  return { plan: next.value, runs, steps, isSmallest: true };
}
