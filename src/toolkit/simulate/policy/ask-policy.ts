import { availableParallelism } from 'node:os';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import { progressOnStderr } from '../../command/progress-line.ts';
import { checkWritable, writeText } from '../../load/write-report.ts';
import type { PolicyResult } from './policy-result.ts';
import { policyLimits } from './policy-schema.ts';
import { policyProgress, policyText } from './policy-text.ts';
import { readPolicy } from './read-policy.ts';
import { runPolicy } from './run-policy.ts';

/** Answers the question of a policy file: what to print, and the document of it. Writes `page` where one is asked for. */
export async function askPolicy(
  file: string,
  use: {
    readonly from: number;
    /** Null: as many as the file says. */
    readonly seeds: number | null;
    /** Null: one for each core. */
    readonly jobs: number | null;
    readonly page: string | null;
    readonly worker: URL;
    readonly signal: AbortSignal;
  },
): Promise<{ readonly result: PolicyResult; readonly text: string }> {
  if (use.seeds !== null && use.seeds > policyLimits.seeds)
    throw new FluxError('usage', `--seeds ${use.seeds}: a policy is asked of ${policyLimits.seeds} crowds at most`, {
      hint: `--seeds 50 tells most differences from chance`,
    });
  const policy = await readPolicy(file);
  if (use.page !== null) await checkWritable(use.page);
  const jobs = use.jobs ?? availableParallelism();
  const seeds = use.seeds ?? policy.seeds;
  const beganMs = performance.now();
  const progress = progressOnStderr();
  const { result, curves } = await runPolicy(policy, {
    ...{ from: use.from, seeds, jobs, worker: use.worker, signal: use.signal },
    onProgress: (sales, all) => progress.tell(policyProgress(sales, all, performance.now() - beganMs)),
  }).finally(() => progress.done());
  const page = use.page;
  if (page !== null) {
    const { policyPage } = await import('./policy-page.ts');
    await writeText(page, policyPage(result, curves));
  }
  const seconds = ((performance.now() - beganMs) / 1_000).toFixed(1);
  const sales = policy.variants.length * seeds;
  const end = [`${sales} sales simulated in ${seconds} s, in ${Math.min(jobs, sales)} threads.`];
  return { result, text: [policyText(result), '', ...end, ...(page === null ? [] : [`Page: ${page}`])].join('\n') };
}
