import { drawPlan } from '../plan/draw-plan.ts';
import type { WorldPlan } from '../plan/plan.ts';
import { type RunResult, runPlan } from '../run/run-plan.ts';
import type { Plant } from '../world/simulated-process.ts';
import type { Trace } from '../world/trace.ts';
import type { WorldParts } from '../world/world-parts.ts';
import { seal } from './seal.ts';

/** The stream of chance that a plan is drawn from; the world's own streams stand below it (world.ts, send-actors.ts). */
const planStream = 63;

/** The small world of a seed. */
export function planOf(seed: number, parts: WorldParts): WorldPlan {
  return drawPlan(seed, parts.chance(seed * 64 + planStream));
}

/** Runs a world with the machine's own time and chance out of reach. */
export async function runSealed(
  plan: WorldPlan,
  use: { readonly parts: WorldParts; readonly trace?: Trace; readonly plant?: Plant | null },
): Promise<RunResult> {
  const unseal = seal();
  try {
    return await runPlan(plan, use);
  } finally {
    unseal();
  }
}
