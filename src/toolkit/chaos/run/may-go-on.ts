import { FluxError } from '../../../engine/domain/flux-error.ts';
import type { Recovered } from '../journal/undo-left-over.ts';

/**
 * Says what an earlier run left that could not be undone. A system of the experiment's own has none of it; a given stack may.
 * @throws FluxError `fault` where that stack was to be used
 */
export function mayGoOn(recovered: readonly Recovered[], say: (line: string) => void, onStack: boolean): void {
  const failed = recovered.flatMap((run) => run.failed);
  for (const { what, why } of failed) say(`could not undo ${what}: ${why}`);
  if (failed.length === 0 || !onStack) return;
  const faults = failed.length === 1 ? '1 fault' : `${failed.length} faults`;
  throw new FluxError(
    'fault',
    `${faults} of an earlier run could not be undone, and may still be at work in this stack`,
    { hint: 'fluxgate chaos undo; or fluxgate stack down && fluxgate stack up, which takes them along' },
  );
}
