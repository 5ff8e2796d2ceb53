import { nearestName } from '../../../config/nearest-name.ts';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import type { Runbook, Step } from '../format/runbook.ts';

/** Which steps were asked for. */
export interface StepChoice {
  /** --step: only these. */
  readonly only: readonly string[];
  /** --from: this one and those behind it. */
  readonly from: string | undefined;
}

/** The steps of a run, in the order of the runbook. @throws FluxError `usage` for a step that is not there */
export function chooseSteps(runbook: Pick<Runbook, 'name' | 'steps'>, { only, from }: StepChoice): readonly Step[] {
  const { steps } = runbook;
  for (const typed of only) if (!steps.some((step) => isMeant(step, typed))) throw unknownStep(runbook, typed);
  if (from !== undefined) {
    const at = steps.findIndex((step) => isMeant(step, from));
    if (at === -1) throw unknownStep(runbook, from);
    return steps.slice(at);
  }
  return only.length === 0 ? steps : steps.filter((step) => only.some((typed) => isMeant(step, typed)));
}

/** By its whole name, or by that of the step that included it. */
function isMeant({ name }: Step, typed: string): boolean {
  return name === typed || name.startsWith(`${typed}/`);
}

function unknownStep({ name, steps }: Pick<Runbook, 'name' | 'steps'>, typed: string): FluxError {
  const near = nearestName(
    typed,
    steps.map((step) => step.name),
  );
  const advice = near === undefined ? '' : ` Did you mean ${near}?`;
  return new FluxError('usage', `${name} has no step ${typed}.${advice}`, { hint: `fluxgate runbook show ${name}` });
}

/** Steps that only look are asked again after a break: what was so then may not be so now. */
export function remainsToDo({ action }: Pick<Step, 'action'>, before: string | undefined): boolean {
  if (before !== 'done' && before !== 'not_needed') return true;
  return action.kind === 'probe' || action.kind === 'until';
}
