import type { Step } from '../format/runbook.ts';
import { type FenceEnd, runFence } from './run-fence.ts';
import type { Runner } from './runner.ts';

/**
 * Takes steps back, newest first, after asking. Goes on where one cannot be taken back: the others are still to be. An
 * interruption ends it; what was not taken back by then is as it was, for the journal too.
 * @param changed those that were done or begun, oldest first
 * @returns `rolled_back` where all of them were; `failed` also where nobody wanted that, or nothing can be taken back
 */
export async function rollBack(
  changed: readonly Step[],
  runner: Runner,
): Promise<'rolled_back' | 'failed' | 'interrupted'> {
  const steps = changed.filter(({ rollback }) => rollback.length > 0).toReversed();
  if (steps.length === 0) return 'failed';
  const question = `Take back ${steps.map(({ title }) => `"${title}"`).join(', then ')}?`;
  const agreed = runner.yes || ((await runner.person?.agrees(question, runner.signal)) ?? false);
  if (runner.signal.aborted) return 'interrupted';
  if (!agreed) return 'failed';
  let whole = true;
  for (const step of steps) {
    if (runner.signal.aborted) return 'interrupted';
    runner.tell(`\nTaking back: ${step.title}`);
    const end = await takeBack(step, runner);
    if (end.kind === 'interrupted') {
      runner.tell('  interrupted: not taken back');
      return 'interrupted';
    }
    const why = end.kind === 'failed' ? end.why : null;
    runner.journal.write({
      event: 'rolled_back',
      step: step.name,
      result: why === null ? 'done' : 'failed',
      why: why ?? '',
    });
    runner.tell(why === null ? '  taken back' : `  could not be taken back: ${why}`);
    whole &&= why === null;
  }
  return whole ? 'rolled_back' : 'failed';
}

async function takeBack(step: Step, runner: Runner): Promise<FenceEnd> {
  for (const fence of step.rollback) {
    const end = await runFence(fence, { step: step.name, role: 'rollback' }, runner);
    if (end.kind !== 'ok') return end;
  }
  return { kind: 'ok' };
}
