import { FluxError } from '../../../engine/domain/flux-error.ts';
import { arrivalsOf } from '../../load/arrival-schedule.ts';
import { withThreadJobs } from '../threads/thread-jobs.ts';
import { compareVariants } from './compare-variants.ts';
import { addCurves, type Curves, curveBins, type MeasuredRun } from './measure-run.ts';
import type { Measured } from './measures.ts';
import type { Policy } from './policy.ts';
import type { PolicyCurves, PolicyResult } from './policy-result.ts';

/** One sale: a variant of the policy that the job was started with, and the seed of its crowd. */
export interface SaleTask {
  readonly variant: number;
  readonly seed: number;
}

export interface PolicyOptions {
  readonly from: number;
  readonly seeds: number;
  readonly jobs: number;
  /** The program of a job: its workerData is the policy, it answers each SaleTask with a MeasuredRun (policy-worker.ts). */
  readonly worker: URL;
  readonly signal: AbortSignal;
  readonly onProgress: (sales: number, all: number) => void;
}

/**
 * Runs every variant over the same seeds, in as many threads as there are jobs, and compares them. How many jobs share the work
 * changes nothing of the answer. @throws FluxError `fault` where a job fails, `interrupted`
 */
export async function runPolicy(
  policy: Policy,
  options: PolicyOptions,
): Promise<{ readonly result: PolicyResult; readonly curves: PolicyCurves }> {
  const { from, seeds } = options;
  // seed by seed, so that a look at the progress is fair to all variants
  const tasks: readonly SaleTask[] = Array.from({ length: seeds }, (_, n) => from + n).flatMap((seed) =>
    policy.variants.map((_, variant) => ({ variant, seed })),
  );
  const sales = await runTasks(policy, tasks, options);
  const ofVariant = (variant: number) => tasks.flatMap((task, n) => (task.variant === variant ? [n] : []));
  const runs = policy.variants.map((_, variant) => ofVariant(variant).flatMap((n) => sales.runs[n] ?? []));
  const { confidence, compared } = compareVariants(runs.map((each) => each.map(({ measured }) => measured)));
  return {
    curves: { binSeconds: policy.hardStopSeconds / curveBins, variants: sales.curves },
    result: {
      ...{ format: 'fluxgate-policy-comparison', version: 1, title: policy.title, why: policy.why },
      crowd: {
        title: policy.crowd.title,
        buyers: Math.round(Math.min(arrivalsOf(policy.crowd.arrivals), policy.crowd.buyers.count)),
        units: policy.crowd.sale.products.reduce((sum, { quantity }) => sum + quantity, 0),
      },
      seeds: { from, count: seeds },
      servers: { count: policy.servers.count, serviceMs: policy.servers.serviceMs },
      hardStopSeconds: policy.hardStopSeconds,
      confidence,
      variants: policy.variants.flatMap((variant, n) => {
        const measures = compared[n];
        const of = runs[n] ?? [];
        if (measures === undefined) return [];
        const sold: readonly Measured[] = of.map(({ measured }) => measured);
        return [{ policy: variant, measures, sales: sold, cutOff: of.filter(({ isCutOff }) => isCutOff).length }];
      }),
      broken: tasks.flatMap(({ variant, seed }, n) => {
        const text = sales.runs[n]?.broken ?? null;
        return text === null ? [] : [{ variant: policy.variants[variant]?.name ?? '', seed, text }];
      }),
    },
  };
}

type RunOfSale = Omit<MeasuredRun, 'curves'>;

/** Each task's run, in the order of the tasks; curves are added up as they come, so that memory does not grow with seeds. */
async function runTasks(
  policy: Policy,
  tasks: readonly SaleTask[],
  { jobs, worker, signal, onProgress }: PolicyOptions,
): Promise<{ readonly runs: readonly RunOfSale[]; readonly curves: readonly Curves[] }> {
  const runs: RunOfSale[] = [];
  const curves: Curves[] = [];
  let next = 0;
  let done = 0;
  const started = { count: Math.min(jobs, tasks.length), program: worker, workerData: policy, signal };
  await withThreadJobs<SaleTask, MeasuredRun>(started, async (job) => {
    for (let n = next++; n < tasks.length && !signal.aborted; n = next++) {
      const task = tasks[n];
      if (task === undefined) return;
      const { curves: more, ...run } = await job.run(task);
      runs[n] = run;
      const before = curves[task.variant];
      curves[task.variant] = before === undefined ? more : addCurves(before, more);
      done += 1;
      onProgress(done, tasks.length);
    }
  });
  if (signal.aborted) throw new FluxError('interrupted', `interrupted after ${done} of ${tasks.length} sales`);
  return { runs, curves };
}
