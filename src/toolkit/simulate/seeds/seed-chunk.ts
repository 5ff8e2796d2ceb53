import { setImmediate } from 'node:timers/promises';
import type { Plant } from '../world/simulated-process.ts';
import type { WorldParts } from '../world/world-parts.ts';
import { planOf, runSealed } from './run-seed.ts';

/** A seed whose world broke a promise. */
export interface FoundSeed {
  readonly seed: number;
  readonly invariant: string;
  readonly kind: string;
  readonly text: string;
  readonly atMs: number;
}

/** What a run of seeds brought. Two of them add up. */
export interface SeedsTally {
  readonly seeds: number;
  readonly steps: number;
  readonly virtualMs: number;
  /** How often what happened, over all worlds. */
  readonly reached: Readonly<Record<string, number>>;
  /** In how many worlds. */
  readonly reachedIn: Readonly<Record<string, number>>;
  readonly found: readonly FoundSeed[];
  /** Of all worlds, whatever the order they ran in. */
  readonly digest: number;
}

export const emptyTally: SeedsTally = {
  seeds: 0,
  steps: 0,
  virtualMs: 0,
  reached: {},
  reachedIn: {},
  found: [],
  digest: 0,
};

export function addTallies(a: SeedsTally, b: SeedsTally): SeedsTally {
  return {
    seeds: a.seeds + b.seeds,
    steps: a.steps + b.steps,
    virtualMs: a.virtualMs + b.virtualMs,
    reached: added(a.reached, b.reached),
    reachedIn: added(a.reachedIn, b.reachedIn),
    found: [...a.found, ...b.found].sort((x, y) => x.seed - y.seed),
    digest: (a.digest + b.digest) >>> 0,
  };
}

function added(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const sum: Record<string, number> = { ...a };
  for (const [what, n] of Object.entries(b)) sum[what] = (sum[what] ?? 0) + n;
  return sum;
}

/** Runs seeds one after the other; ends early at the first that breaks a promise where `stopAtFirst`. */
export async function runSeedChunk(
  range: { readonly from: number; readonly count: number },
  use: { readonly parts: WorldParts; readonly plant: Plant | null; readonly stopAtFirst: boolean },
): Promise<SeedsTally> {
  let tally = emptyTally;
  for (let seed = range.from; seed < range.from + range.count; seed += 1) {
    const { broken, digest, steps, virtualMs, reached } = await runSealed(planOf(seed, use.parts), use);
    tally = addTallies(tally, {
      ...{ seeds: 1, steps, virtualMs, reached },
      reachedIn: Object.fromEntries(Object.keys(reached).map((what) => [what, 1])),
      found:
        broken === null
          ? []
          : [{ seed, invariant: broken.invariant, kind: broken.kind, text: broken.text, atMs: broken.atMs }],
      digest: Math.imul(digest ^ seed, 0x01000193) >>> 0,
    });
    if (broken !== null && use.stopAtFirst) break;
    // What a world was made of is garbage only once the queue of promises has come to its end: 0.3 MB each until then.
    await setImmediate();
  }
  return tally;
}
