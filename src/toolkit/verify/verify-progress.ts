import type { VerifyStep } from './verify-sale.ts';

/** Nothing is said about what is done within 2 s; then a line every 2 s. */
const everyMs = 2_000;
const count = new Intl.NumberFormat('en');

/** Says what is waited for, and how far the reading has got, with its rate and, where the end is known, the time that is left. */
export function verifyProgress(
  say: (line: string) => void,
  nowMs: () => number = () => performance.now(),
): (step: VerifyStep) => void {
  let at: string | null = null;
  let beganMs = 0;
  let saidMs = 0;
  return (step) => {
    const now = nowMs();
    const what = 'book' in step ? step.book : 'waiting';
    if (what !== at) {
      at = what;
      beganMs = now;
      saidMs = now;
    }
    if (now - saidMs < everyMs) return;
    saidMs = now;
    say('book' in step ? readingText(step, now - beganMs) : `waiting: ${step.waitingFor}`);
  };
}

function readingText({ book, done, of }: Extract<VerifyStep, { readonly book: string }>, tookMs: number): string {
  const perSecond = (done * 1_000) / Math.max(1, tookMs);
  const left = of === null || perSecond === 0 ? '' : `, ${Math.ceil((of - done) / perSecond)} s left`;
  const total = of === null ? '' : ` of ${count.format(of)}`;
  return `reading the ${book}: ${count.format(done)}${total} (${count.format(Math.round(perSecond))}/s${left})`;
}
