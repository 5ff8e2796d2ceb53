import { workerData } from 'node:worker_threads';
import { composeSimulation } from './compose-simulation.ts';
import { type MeasuredRun, measureRun } from './toolkit/simulate/policy/measure-run.ts';
import type { Policy } from './toolkit/simulate/policy/policy.ts';
import { runCrowd } from './toolkit/simulate/policy/run-crowd.ts';
import type { SaleTask } from './toolkit/simulate/policy/run-policy.ts';
import { answerTasks } from './toolkit/simulate/threads/thread-job.ts';

/** One job of `fluxgate simulate --policy`: a thread that sells to the crowds of the seeds that it is sent. */
const policy: Policy = workerData; // as runPolicy starts it
const parts = composeSimulation();

async function sell({ variant: nth, seed }: SaleTask): Promise<MeasuredRun> {
  const variant = policy.variants[nth];
  if (variant === undefined) throw new RangeError(`the policy has no variant ${nth}`);
  const run = await runCrowd(policy, variant, seed, parts);
  const stock = variant.stock.reduce((sum, units) => sum + units, 0);
  return measureRun(run, { stock, hardStopSeconds: policy.hardStopSeconds });
}

answerTasks(sell);
