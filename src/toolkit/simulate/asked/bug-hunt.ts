import { availableParallelism } from 'node:os';
import { progressOnStderr } from '../../command/progress-line.ts';
import { bugFilesIn, chooseBugs } from '../hunt/bug-files.ts';
import { type HuntedBug, huntBugs } from '../hunt/hunt-bugs.ts';
import { runSeeds } from '../seeds/run-seeds.ts';
import { huntedLine, huntHead, huntProgress, huntVerdict } from '../text/hunt-text.ts';
import type { SeedsFlags } from './many-seeds.ts';
import type { SimulateUse } from './simulate-use.ts';

/** `simulate --planted`: how many seeds each planted bug needs. */
export async function plantedBugs(
  flags: Omit<SeedsFlags, 'time'> & { readonly bug?: readonly string[] | undefined },
  use: SimulateUse,
): Promise<{ readonly bugs: readonly HuntedBug[] }> {
  const files = chooseBugs(await bugFilesIn(use.root), flags.bug ?? []);
  const jobs = flags.jobs ?? availableParallelism();
  const progress = progressOnStderr();
  use.print(huntHead());
  const hunted = await huntBugs(files, {
    from: flags.from,
    nowMs: () => performance.now(),
    run: (file) =>
      runSeeds({
        ...{
          from: flags.from,
          count: flags.seeds ?? 10_000,
          maxMs: null,
          jobs,
          plantFile: file.path,
          stopAtFirst: true,
        },
        ...{ worker: use.workerOf('simulate-worker'), signal: use.signal },
        onProgress: ({ seeds }) => progress.tell(huntProgress(file.name, files.indexOf(file) + 1, files.length, seeds)),
      }).finally(() => progress.done()),
    onHunted: (each) => use.print(huntedLine(each)),
  });
  use.print(`\n${huntVerdict(hunted)}`);
  // No promise of ours is broken: what the simulator is held to, is not met.
  if (hunted.some(({ found }) => found === null)) use.endWith('threshold_failed');
  return { bugs: hunted };
}
