import { availableParallelism } from 'node:os';
import { progressOnStderr } from '../../command/progress-line.ts';
import { parseWait } from '../../verify/parse-wait.ts';
import { runSeeds } from '../seeds/run-seeds.ts';
import { emptyTally, type SeedsTally } from '../seeds/seed-chunk.ts';
import { seedsProgress, seedsText } from '../text/seeds-text.ts';
import type { SimulateUse } from './simulate-use.ts';

export interface SeedsFlags {
  readonly seeds?: number | undefined;
  readonly from: number;
  readonly time?: string | undefined;
  readonly jobs?: number | undefined;
}

/** `simulate --seeds`: the worlds of many seeds, in as many threads as there are cores. */
export async function manySeeds(flags: SeedsFlags, use: SimulateUse): Promise<SeedsTally> {
  const count = flags.seeds ?? 1_000;
  const maxMs = flags.time === undefined ? null : parseWait(flags.time, '--time');
  const jobs = flags.jobs ?? availableParallelism();
  const beganMs = performance.now();
  const progress = progressOnStderr();
  let sofar = emptyTally;
  const tell = (tally: SeedsTally) => use.print(seedsText(tally, performance.now() - beganMs, jobs));
  use.onInterrupt(() => {
    progress.done();
    tell(sofar);
  });
  const tally = await runSeeds({
    ...{ from: flags.from, count, maxMs, jobs, plantFile: null, stopAtFirst: false },
    ...{ worker: use.workerOf('simulate-worker'), signal: use.signal },
    onProgress(now) {
      sofar = now;
      progress.tell(seedsProgress(now, count, performance.now() - beganMs));
    },
  }).finally(() => progress.done());
  tell(tally);
  if (tally.found.length > 0) use.endWith('invariant_violated');
  return tally;
}
