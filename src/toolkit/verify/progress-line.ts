import type { VerifyStep } from './verify-sale.ts';

/** Nothing is said about what is done within 2 s; then a line every 2 s. */
const everyMs = 2_000;
const count = new Intl.NumberFormat('en');

/** Says how far the reading has got, with its rate and, where the end is known, the time that is left. */
export function progressLine(
  say: (line: string) => void,
  nowMs: () => number = () => performance.now(),
): (step: VerifyStep) => void {
  let book: VerifyStep['book'] | null = null;
  let beganMs = nowMs();
  let saidMs = beganMs;
  return ({ book: at, done, of }) => {
    const now = nowMs();
    if (at !== book) {
      book = at;
      beganMs = now;
    }
    if (now - saidMs < everyMs) return;
    saidMs = now;
    const perSecond = (done * 1_000) / Math.max(1, now - beganMs);
    const left = of === null || perSecond === 0 ? '' : `, ${Math.ceil((of - done) / perSecond)} s left`;
    const total = of === null ? '' : ` of ${count.format(of)}`;
    say(`reading the ${at}: ${count.format(done)}${total} (${count.format(Math.round(perSecond))}/s${left})`);
  };
}
