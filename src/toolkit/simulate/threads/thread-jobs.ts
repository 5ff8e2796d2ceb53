import { setFlagsFromString } from 'node:v8';
import { ThreadJob } from './thread-job.ts';

/**
 * Starts so many threads and lets each of them `work` to its end. All are ended behind it, also where one fails. Resolves early
 * where the signal aborts: what was under way then is lost.
 */
export async function withThreadJobs<Task, Result>(
  use: {
    readonly count: number;
    /** The program of a job, and what it is started with. */
    readonly program: URL;
    readonly workerData?: unknown;
    readonly signal: AbortSignal;
  },
  work: (job: ThreadJob<Task, Result>) => Promise<void>,
): Promise<void> {
  const { signal } = use;
  // Every job has a core of its own: helpers of its collector would wait for the other jobs' cores (V8's default is a few).
  setFlagsFromString('--single-threaded-gc');
  // V8 puts what a world has from its first to its last step among the old objects at once, and a dead world then hangs on it.
  setFlagsFromString('--no-allocation-site-pretenuring');
  const jobs = Array.from({ length: use.count }, () => new ThreadJob<Task, Result>(use.program, use.workerData));
  const stop = (): void => {
    for (const job of jobs) void job.end();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.all(jobs.map(work));
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    await Promise.all(jobs.map((job) => job.end()));
  }
}
