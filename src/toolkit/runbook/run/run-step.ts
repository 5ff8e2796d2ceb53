import { errorCodes } from '../../../engine/domain/error-codes.ts';
import type { Fence, Step } from '../format/runbook.ts';
import type { StepResult } from '../journal/journal-event.ts';
import { lettersOf } from './invocation.ts';
import { type FenceEnd, runFence, runUntil } from './run-fence.ts';
import type { Runner } from './runner.ts';

export interface StepEnd {
  readonly result: StepResult;
  /** Empty where it is done. */
  readonly why: string;
  /** Of the command that failed, where it was one of this program's. */
  readonly exitCode: number | null;
  /** Whether it may have changed something: what its rollback takes back. */
  readonly begun: boolean;
  readonly ms: number;
}

/** Does one step, with everything that stands beside it, and writes it down. */
export async function runStep(step: Step, runner: Runner): Promise<StepEnd> {
  const beganMs = runner.nowMs();
  runner.journal.write({ event: 'step_started', step: step.name, title: step.title });
  const end = { ...(await perform(step, runner)), ms: Math.round(runner.nowMs() - beganMs) };
  const { result, why, ms } = end;
  runner.journal.write({ event: 'step_ended', step: step.name, result, why, ms });
  return end;
}

type Performed = Omit<StepEnd, 'ms'>;

async function perform(step: Step, runner: Runner): Promise<Performed> {
  if (step.unless.length > 0) {
    const needless = await all(step.unless, 'unless', step, runner);
    if (needless.kind === 'ok') return { result: 'not_needed', why: '', exitCode: null, begun: false };
    if (needless.kind === 'interrupted') return interrupted(false);
    // a wrong command line is no answer
    if (needless.exitCode === errorCodes.usage)
      return failed(`its unless is wrong: ${needless.why}`, false, needless.exitCode);
  }
  const before = await all(step.prechecks, 'precheck', step, runner);
  if (before.kind !== 'ok') return endedBy(before, 'its precheck says no: ', false);
  const asked = await riskTaken(step, runner);
  if (asked !== 'taken') {
    return asked === 'interrupted' ? interrupted(false) : failed('its risk was not confirmed', false);
  }
  const begun = step.action.kind === 'command';
  // before the command: a crash in the middle of it leaves something to take back
  if (begun) runner.journal.write({ event: 'change_begun', step: step.name });
  const done = await act(step, runner);
  if (done.kind !== 'ok') return endedBy(done, '', begun);
  const after = await all(step.postchecks, 'postcheck', step, runner);
  if (after.kind !== 'ok') return endedBy(after, 'its postcheck says no: ', begun);
  return { result: 'done', why: '', exitCode: null, begun };
}

function interrupted(begun: boolean): Performed {
  return { result: 'interrupted', why: '', exitCode: null, begun };
}

function failed(why: string, begun: boolean, exitCode: number | null = null): Performed {
  return { result: 'failed', why, exitCode, begun };
}

function endedBy(end: Exclude<FenceEnd, { readonly kind: 'ok' }>, prefix: string, begun: boolean): Performed {
  return end.kind === 'interrupted' ? interrupted(begun) : failed(prefix + end.why, begun, end.exitCode);
}

async function all(fences: readonly Fence[], role: string, step: Step, runner: Runner): Promise<FenceEnd> {
  for (const fence of fences) {
    const end = await runFence(fence, { step: step.name, role }, runner);
    if (end.kind !== 'ok') return end;
  }
  return { kind: 'ok' };
}

async function act({ name, action }: Step, runner: Runner): Promise<FenceEnd> {
  switch (action.kind) {
    case 'command':
    case 'probe':
      return runFence(action.fence, { step: name, role: action.kind }, runner);
    case 'until':
      return runUntil(action.fence, { step: name, role: 'until' }, runner);
    case 'ask': {
      const question = runner.mask(action.question.map((word) => lettersOf(word, runner.values)).join(' '));
      return answer(name, question, action.unattended, runner);
    }
    default:
      return action satisfies never;
  }
}

async function answer(step: string, question: string, unattended: boolean, runner: Runner): Promise<FenceEnd> {
  const byYes = unattended && runner.yes;
  const agreed = byYes || ((await runner.person?.agrees(question, runner.signal)) ?? false);
  if (runner.signal.aborted) return { kind: 'interrupted' };
  if (byYes) runner.tell(`  ? ${question}  yes (--yes)`);
  runner.journal.write({
    event: 'answered',
    step,
    question,
    answer: agreed ? 'yes' : 'no',
    how: byYes ? '--yes' : 'terminal',
    by: runner.by,
  });
  return agreed ? { kind: 'ok' } : { kind: 'failed', why: 'it was answered with no', exitCode: null };
}

/** A risk is taken by the name of the runbook, typed now or given as --confirm. */
async function riskTaken({ name, action }: Step, runner: Runner): Promise<'taken' | 'refused' | 'interrupted'> {
  if (action.kind !== 'command' || action.risk === null) return 'taken';
  const question = `${action.risk}\n  Type ${runner.runbook} to go on:`;
  const typed = runner.confirmed ? runner.runbook : await runner.person?.types(question, runner.signal);
  if (runner.signal.aborted) return 'interrupted';
  const taken = typed === runner.runbook;
  if (runner.confirmed) runner.tell(`  ! ${action.risk}  confirmed (--confirm)`);
  runner.journal.write({
    event: 'answered',
    step: name,
    question: action.risk,
    answer: taken ? 'yes' : 'no',
    how: runner.confirmed ? '--confirm' : 'terminal',
    by: runner.by,
  });
  return taken ? 'taken' : 'refused';
}
