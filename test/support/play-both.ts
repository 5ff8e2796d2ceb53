import { composeSimulation } from '../../src/compose-simulation.ts';
import type { SaleId } from '../../src/engine/domain/ids.ts';
import { drawPlan } from '../../src/toolkit/simulate/plan/draw-plan.ts';
import { openSale, playOneAtATime, type Stage, type Told } from './one-at-a-time.ts';
import { simulatedStage } from './simulated-stage.ts';
import type { StackStages } from './stack-stages.ts';
import { timeless } from './timeless-requests.ts';

/** So many sales at a time: a history waits for the workers more than it works. */
const atATime = 12;
/** A few dozen requests; some sales have units for all of them, some for few. */
const sizeOf = (seed: number) => ({ buyers: 30, units: 8 + (seed % 4) * 8 });

/** Where a history went otherwise on the stack: each line of both that the other one has not. */
export interface Difference {
  readonly seed: number;
  readonly simulated: readonly string[];
  readonly real: readonly string[];
}

/** Plays the histories of seeds in their simulated worlds and on a stack, one request at a time, and compares all that is told. */
export async function playBoth(
  stages: StackStages,
  { from, count }: { readonly from: number; readonly count: number },
): Promise<{ readonly differences: readonly Difference[]; readonly answers: ReadonlySet<string> }> {
  const parts = composeSimulation();
  const differences: Difference[] = [];
  const answers = new Set<string>();
  const planOf = (seed: number) => timeless(drawPlan(seed, parts.chance(seed), sizeOf(seed)));
  const onStack = (seed: number): Stage => stages.stage(`simulated-${seed}` as SaleId);

  async function play(seed: number): Promise<void> {
    const plan = planOf(seed);
    const stage = simulatedStage(plan);
    await openSale(plan, stage);
    const simulated = linesOf(await playOneAtATime(plan, stage));
    if (stage.escaped.length > 0) throw new Error(`seed ${seed}: ${stage.escaped.join(', ')}`);
    const real = linesOf(await playOneAtATime(plan, onStack(seed)));
    for (const line of real) for (const [, kind = ''] of line.matchAll(/"kind":"(\w+)"/g)) answers.add(kind);
    if (real.join('\n') !== simulated.join('\n')) differences.push({ seed, ...apart(simulated, real) });
  }

  const seeds = Array.from({ length: count }, (_, nth) => from + nth);
  // All of them first: of an id that no gate knows nobody can say that it is no order while the gate of any sale is shut.
  await forEach(seeds, (seed) => openSale(planOf(seed), onStack(seed)));
  await forEach(seeds, play);
  return { differences, answers };
}

async function forEach(seeds: readonly number[], run: (seed: number) => Promise<void>): Promise<void> {
  const left = seeds.values();
  await Promise.all(
    Array.from({ length: atATime }, async () => {
      for (const seed of left) await run(seed);
    }),
  );
}

/** In order, each with its place: two lines are one only where they stand at the same place. */
function linesOf({ answers, products, orders, buyers, sale }: Told): readonly string[] {
  return [...answers.map((answer, nth) => `${nth + 1} ${answer}`), ...products, ...orders, ...buyers, sale];
}

function apart(simulated: readonly string[], real: readonly string[]): Omit<Difference, 'seed'> {
  const [inOne, inOther] = [new Set(simulated), new Set(real)];
  return {
    simulated: simulated.filter((line) => !inOther.has(line)),
    real: real.filter((line) => !inOne.has(line)),
  };
}
