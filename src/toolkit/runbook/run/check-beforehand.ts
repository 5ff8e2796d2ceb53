import type { Config } from '../../../config/config-schema.ts';
import { FluxError } from '../../../engine/domain/flux-error.ts';
import { findProgram } from '../../stack/native/find-program.ts';
import type { Runbook, Step } from '../format/runbook.ts';

/** What is known before the first step. */
export interface Beforehand {
  readonly runbook: Runbook;
  readonly steps: readonly Step[];
  readonly mode: Config['mode'];
  readonly atTerminal: boolean;
  readonly yes: boolean;
  readonly confirm: string | undefined;
}

/**
 * Refuses a run that could not end, before anything is changed.
 * @throws FluxError `program_missing`, `usage`: nobody there to answer, a risk not confirmed, the wrong mode
 */
export function checkBeforehand({ runbook, steps, mode, atTerminal, yes, confirm }: Beforehand): void {
  const { name } = runbook;
  if (runbook.mode !== 'any' && runbook.mode !== mode) {
    const wanted = runbook.mode === 'stack' ? 'FLUXGATE_MODE=stack' : 'FLUXGATE_MODE=embedded';
    throw new FluxError('usage', `${name} is for mode ${runbook.mode}, and this is mode ${mode}`, {
      hint: `${wanted} fluxgate runbook run ${name}`,
    });
  }
  const missing = runbook.programs.filter((program) => findProgram(program) === undefined);
  if (missing.length > 0) {
    throw new FluxError('program_missing', `${name} wants ${missing.join(' and ')}, which the PATH does not have`, {
      hint: `install ${missing.length === 1 ? 'it' : 'them'}, then: fluxgate runbook run ${name}`,
    });
  }
  if (confirm !== undefined && confirm !== name) {
    throw new FluxError('usage', `--confirm wants the name of the runbook, ${name}, not ${confirm}`, {
      hint: `fluxgate runbook run ${name} --confirm ${name}`,
    });
  }
  if (atTerminal) return;
  const risky = steps.find(({ action }) => action.kind === 'command' && action.risk !== null);
  if (risky?.action.kind === 'command' && confirm === undefined) {
    throw new FluxError('usage', `"${risky.title}" is a risk, and nobody is at a terminal: ${risky.action.risk}`, {
      hint: `fluxgate runbook run ${name} --confirm ${name}`,
    });
  }
  const asks = steps.filter(({ action }) => action.kind === 'ask');
  const unanswered = asks.find(({ action }) => action.kind === 'ask' && !(action.unattended && yes));
  if (unanswered?.action.kind !== 'ask') return;
  const next = steps[steps.indexOf(unanswered) + 1];
  throw new FluxError(
    'usage',
    unanswered.action.unattended
      ? `"${unanswered.title}" asks something, and nobody is at a terminal`
      : `"${unanswered.title}" is for a person, and nobody is at a terminal: --yes does not answer it`,
    {
      hint: unanswered.action.unattended
        ? `fluxgate runbook run ${name} --yes`
        : next === undefined
          ? 'run it at a terminal'
          : `run it at a terminal, or do that by hand and go on behind it: fluxgate runbook run ${name} --from ${next.name}`,
    },
  );
}
