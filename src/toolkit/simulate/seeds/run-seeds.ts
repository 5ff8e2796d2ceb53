import { FluxError } from '../../../engine/domain/flux-error.ts';
import { withThreadJobs } from '../threads/thread-jobs.ts';
import { addTallies, emptyTally, type SeedsTally } from './seed-chunk.ts';
import type { SeedTask } from './seed-job.ts';

/** So many seeds a message: a second of work at most, so that a stop and a progress line come soon. */
const chunk = 40;

export interface SeedsOptions {
  readonly from: number;
  readonly count: number;
  /** No new seeds after so long; null where only `count` ends it. */
  readonly maxMs: number | null;
  readonly jobs: number;
  readonly plantFile: string | null;
  /** Ends at the first broken promise. */
  readonly stopAtFirst: boolean;
  /** The program of a job: it answers each SeedTask with a SeedsTally (simulate-worker.ts). */
  readonly worker: URL;
  readonly signal: AbortSignal;
  readonly onProgress: (tally: SeedsTally) => void;
}

/**
 * Runs the worlds of many seeds, in as many threads as there are jobs. With `stopAtFirst` seeds above the first broken one may
 * have run, too; the lowest one is what is told of. @throws FluxError `fault` where a job fails, `interrupted`
 */
export async function runSeeds(options: SeedsOptions): Promise<SeedsTally> {
  const { from, count, maxMs, stopAtFirst, signal, plantFile } = options;
  const deadlineMs = maxMs === null ? Number.POSITIVE_INFINITY : performance.now() + maxMs;
  const end = from + count;
  let next = from;
  let tally = emptyTally;
  const jobs = Math.max(1, Math.min(options.jobs, Math.ceil(count / chunk)));
  await withThreadJobs<SeedTask, SeedsTally>({ count: jobs, program: options.worker, signal }, async (job) => {
    while (next < end && performance.now() < deadlineMs && !signal.aborted) {
      if (stopAtFirst && tally.found.length > 0) break;
      const task: SeedTask = { from: next, count: Math.min(chunk, end - next), plantFile, stopAtFirst };
      next += task.count;
      const brought = await job.run(task);
      // not in one expression: the other jobs add theirs meanwhile
      tally = addTallies(tally, brought);
      options.onProgress(tally);
    }
  });
  if (signal.aborted) throw new FluxError('interrupted', `interrupted after ${tally.seeds} seeds`);
  return tally;
}
