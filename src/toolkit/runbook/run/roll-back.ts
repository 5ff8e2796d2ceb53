import type { Step } from '../format/runbook.ts';
import { runFence } from './run-fence.ts';
import type { Runner } from './runner.ts';

/**
 * Takes steps back, newest first, after asking. Goes on where one cannot be taken back: the others are still to be.
 * @param changed those that were done or begun, oldest first
 * @returns whether all of them were taken back; false also where nobody wanted that, or nothing can be
 */
export async function rollBack(changed: readonly Step[], runner: Runner): Promise<boolean> {
  const steps = changed.filter(({ rollback }) => rollback.length > 0).toReversed();
  if (steps.length === 0) return false;
  const question = `Take back ${steps.map(({ title }) => `"${title}"`).join(', then ')}?`;
  const agreed = runner.yes || ((await runner.person?.agrees(question, runner.signal)) ?? false);
  if (!agreed || runner.signal.aborted) return false;
  let whole = true;
  for (const step of steps) {
    runner.tell(`\nTaking back: ${step.title}`);
    const why = await takeBack(step, runner);
    runner.journal.write({
      event: 'rolled_back',
      step: step.name,
      result: why === null ? 'done' : 'failed',
      why: why ?? '',
    });
    runner.tell(why === null ? '  taken back' : `  could not be taken back: ${why}`);
    whole &&= why === null;
  }
  return whole;
}

/** Why it could not be taken back; null where it was. */
async function takeBack(step: Step, runner: Runner): Promise<string | null> {
  for (const fence of step.rollback) {
    const end = await runFence(fence, { step: step.name, role: 'rollback' }, runner);
    if (end.kind === 'interrupted') return 'interrupted';
    if (end.kind === 'failed') return end.why;
  }
  return null;
}
