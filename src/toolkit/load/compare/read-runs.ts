import { FluxError } from '../../../engine/domain/flux-error.ts';
import { readResult } from '../read-result.ts';
import type { NamedRun } from './obstacles.ts';

/** Far above the number from which on more runs make nothing firmer, and few enough to be held in memory. */
const maxRunsASide = 16;

/** Reads the runs of both sides. @throws FluxError `usage` (too many), `result_unreadable` */
export async function readRuns(paths: {
  readonly a: readonly string[];
  readonly b: readonly string[];
}): Promise<{ readonly a: readonly NamedRun[]; readonly b: readonly NamedRun[] }> {
  if (Math.max(paths.a.length, paths.b.length) > maxRunsASide)
    throw new FluxError('usage', `at most ${maxRunsASide} runs a side: more of them make nothing firmer`);
  const read = async (side: readonly string[]): Promise<readonly NamedRun[]> => {
    const runs: NamedRun[] = [];
    for (const path of side) runs.push({ name: path, result: await readResult(path) });
    return runs;
  };
  return { a: await read(paths.a), b: await read(paths.b) };
}
