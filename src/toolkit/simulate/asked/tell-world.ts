import type { Diagram } from '../diagram/diagram.ts';
import { makeDiagram } from '../diagram/make-diagram.ts';
import type { WorldPlan } from '../plan/plan.ts';
import type { RunResult } from '../run/run-plan.ts';
import { runSealed } from '../seeds/run-seed.ts';
import type { Shrunk } from '../shrink/shrink-plan.ts';
import type { TraceEvent } from '../world/trace.ts';
import { shrinkWorld, traceWorld, type WorldUse } from './shrink-world.ts';

/** A world that somebody wants to know about. */
export interface AskedWorld {
  /** `seed 5`, or the file that it was saved in. */
  readonly name: string;
  readonly plan: WorldPlan;
  /** The flags that lead to it again: `--seed 5`. */
  readonly replay: string;
  /** A saved world is run as it is. */
  readonly shrinks: boolean;
}

/** What was found in it. */
export interface ToldWorld {
  readonly name: string;
  readonly replay: string;
  readonly plan: WorldPlan;
  readonly result: RunResult;
  /** The smallest world that breaks the same promise, with what happened in it; null in a sound one, and where nobody asked. */
  readonly small: SmallWorld | null;
}

export interface SmallWorld extends Pick<Shrunk, 'plan' | 'runs' | 'isSmallest'> {
  readonly result: RunResult;
  readonly broken: NonNullable<RunResult['broken']>;
  readonly events: readonly TraceEvent[];
  readonly diagram: Diagram;
}

/** Runs one world, and shrinks it where it broke a promise and somebody wants to see why (`explains`). */
export async function tellWorld(
  asked: AskedWorld,
  use: WorldUse & { readonly explains: boolean; onProgress(runs: number, smallest: WorldPlan): void },
): Promise<ToldWorld> {
  const { name, replay, plan } = asked;
  const result = await runSealed(plan, use);
  const told = { name, replay, plan, result };
  if (result.broken === null || !use.explains) return { ...told, small: null };
  const {
    runs,
    isSmallest,
    plan: smallest,
  } = asked.shrinks ? await shrinkWorld(plan, result.broken, use) : { runs: 0, isSmallest: true, plan };
  const traced = await traceWorld(smallest, use);
  const { broken } = traced.result;
  if (broken === null)
    throw new Error(`${name} breaks a promise in one run and none in another: it is not deterministic`);
  const diagram = makeDiagram(traced.events, broken);
  return { ...told, small: { plan: smallest, runs, isSmallest, ...traced, broken, diagram } };
}
