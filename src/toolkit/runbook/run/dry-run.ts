import type { Runbook } from '../format/runbook.ts';
import { dryRunText } from '../runbook-text.ts';
import { chooseSteps, type StepChoice } from './choose-steps.ts';
import type { OwnProgram } from './invocation.ts';
import { maskOf } from './mask-secrets.ts';
import { parameterValues, secretValues, shownValues } from './parameter-values.ts';

/** What a run would do. Reads nothing but the runbook. @throws FluxError `usage` as a run would */
export function dryRun(
  runbook: Runbook,
  { choice, set, own }: { readonly choice: StepChoice; readonly set: readonly string[]; readonly own: OwnProgram },
) {
  const values = parameterValues(runbook, set);
  const steps = chooseSteps(runbook, choice);
  const mask = maskOf(secretValues(values));
  return {
    text: dryRunText(runbook, steps, { values, own, mask }),
    document: {
      runbook: runbook.name,
      parameters: shownValues(values),
      steps: steps.map(({ name, title, action }) => ({ name, title, kind: action.kind })),
    },
  };
}
