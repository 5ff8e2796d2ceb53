import { askPolicy } from '../policy/ask-policy.ts';
import type { PolicyResult } from '../policy/policy-result.ts';
import type { SeedsFlags } from './many-seeds.ts';
import type { SimulateUse } from './simulate-use.ts';

/** `simulate --policy`: the same crowds under each variant of a policy. */
export async function policyQuestion(
  file: string,
  flags: Omit<SeedsFlags, 'time'> & { readonly html?: string | undefined },
  use: SimulateUse,
): Promise<PolicyResult> {
  const { result, text } = await askPolicy(file, {
    ...{ from: flags.from, seeds: flags.seeds ?? null, jobs: flags.jobs ?? null, page: flags.html ?? null },
    ...{ worker: use.workerOf('policy-worker'), signal: use.signal },
  });
  use.print(text);
  if (result.broken.length > 0) use.endWith('invariant_violated');
  return result;
}
