import type { BrokenPromise } from '../check/broken-promise.ts';
import type { WorldPlan } from '../plan/plan.ts';
import type { RunResult } from '../run/run-plan.ts';
import { runSealed } from '../seeds/run-seed.ts';
import { type ShrinkLimits, type Shrunk, shrinkLimits, shrinkPlan } from '../shrink/shrink-plan.ts';
import type { Plant } from '../world/simulated-process.ts';
import type { TraceEvent } from '../world/trace.ts';
import type { WorldParts } from '../world/world-parts.ts';

/** What worlds are run on. */
export interface WorldUse {
  readonly parts: WorldParts;
  readonly plant: Plant | null;
}

/** The smallest world found that breaks the same kind of promise. */
export async function shrinkWorld(
  plan: WorldPlan,
  { kind }: Pick<BrokenPromise, 'kind'>,
  use: WorldUse & {
    readonly limits?: ShrinkLimits;
    onProgress?(runs: number, smallest: WorldPlan): void;
  },
): Promise<Shrunk> {
  return shrinkPlan(plan, kind, {
    limits: use.limits ?? shrinkLimits,
    async run(candidate) {
      // a world runs in one breath: between two of them signals are heard and progress is seen
      await new Promise((resolve) => setImmediate(resolve));
      return runSealed(candidate, use);
    },
    ...(use.onProgress === undefined ? {} : { onProgress: use.onProgress }),
  });
}

/** Everything that happened in a world. */
export async function traceWorld(
  plan: WorldPlan,
  use: WorldUse,
): Promise<{ readonly result: RunResult; readonly events: readonly TraceEvent[] }> {
  const events: TraceEvent[] = [];
  const result = await runSealed(plan, { ...use, trace: { on: true, add: (event) => void events.push(event) } });
  return { result, events };
}
