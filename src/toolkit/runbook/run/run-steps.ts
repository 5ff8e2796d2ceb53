import type { Step } from '../format/runbook.ts';
import type { StepResult } from '../journal/journal-event.ts';
import type { RunSummary } from '../journal/run-summary.ts';
import { remainsToDo } from './choose-steps.ts';
import { rollBack } from './roll-back.ts';
import { runStep, type StepEnd } from './run-step.ts';
import type { Runner } from './runner.ts';

export interface StepReport {
  readonly name: string;
  readonly title: string;
  /** `before`: an earlier part of this run did it; `not_reached`: the run ended before. */
  readonly result: StepResult | 'before' | 'not_reached';
  readonly why: string;
  readonly ms: number;
}

export interface RunReport {
  readonly result: 'done' | 'failed' | 'rolled_back' | 'interrupted';
  readonly steps: readonly StepReport[];
  /** Of the step that failed: what one of our own commands ended with. */
  readonly exitCode: number | null;
}

/**
 * Does the steps in order until one fails; then, having asked, takes back what was done, newest first.
 * @param before what earlier parts of this run did: taken back as well, wherever the run fails now
 */
export async function runSteps(
  steps: readonly Step[],
  before: Pick<RunSummary, 'steps' | 'begun'>,
  runner: Runner,
): Promise<RunReport> {
  const reports: StepReport[] = [];
  const begun = new Set(before.begun);
  let last: StepEnd | undefined;
  for (const [at, step] of steps.entries()) {
    const { name, title } = step;
    const earlier = before.steps.get(name);
    if (last !== undefined && last.result !== 'done' && last.result !== 'not_needed') {
      const result = remainsToDo(step, earlier) ? 'not_reached' : 'before';
      reports.push({ name, title, result, why: '', ms: 0 });
    } else if (remainsToDo(step, earlier)) {
      runner.tell(`\n${at + 1}/${steps.length}  ${title}`);
      last = await runStep(step, runner);
      runner.tell(endLine(last));
      reports.push({ name, title, result: last.result, why: last.why, ms: last.ms });
      if (last.begun) begun.add(name);
    } else {
      runner.tell(`\n${at + 1}/${steps.length}  ${title}\n  ${earlier === 'done' ? 'done' : 'not needed'} before`);
      reports.push({ name, title, result: 'before', why: '', ms: 0 });
    }
  }
  const changed = steps.filter(({ name }) => begun.has(name));
  const result = await conclude(last, changed, runner);
  runner.journal.write({ event: 'run_ended', result });
  return { result, steps: reports, exitCode: last?.exitCode ?? null };
}

async function conclude(
  last: StepEnd | undefined,
  changed: readonly Step[],
  runner: Runner,
): Promise<RunReport['result']> {
  if (last?.result === 'interrupted' || runner.signal.aborted) return 'interrupted';
  if (last?.result !== 'failed') return 'done';
  return rollBack(changed, runner);
}

function endLine({ result, why, ms }: StepEnd): string {
  const seconds = `${(ms / 1_000).toFixed(1)} s`;
  switch (result) {
    case 'done':
      return `  done, ${seconds}`;
    case 'not_needed':
      return '  not needed';
    case 'interrupted':
      return '  interrupted';
    case 'failed':
      return `  failed after ${seconds}: ${why}`;
    default:
      return result satisfies never;
  }
}
